import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { mostWatchedSearches } from "../../proto/bounds.ts";
import { BadRequestSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../proto/gen/grpc/health/v1/health_pb.ts";
import { ActivityService, type WatchActivityResponse } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { Ending, UnknownSearchSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { Limits } from "../../server/calls/limits.ts";
import { clientsOver } from "../support/clients.ts";
import { plainMatches } from "../support/reference.ts";
import { type Served, serve, servedInstance } from "../support/served.ts";
import { until } from "../support/until.ts";

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serving(limits: Partial<Limits> = {}): Promise<Served> {
  served = await serve(limits);
  return served;
}

const endless = { desiredName: "zzzzzzzzzzzz" };

describe("Find", () => {
  test("says the ideal match, logs who asks, and names the search in a header", async () => {
    const { workers, logged, transport } = await serving();
    const { finder } = clientsOver(transport());
    const searchId = randomUUID();
    let header: string | null = null;
    const answer = finder.find(
      { desiredName: "js", searchId: searchId.toUpperCase(), interestingHammingDistance: 2 },
      {
        onHeader: (headers) => {
          header = headers.get("search-id");
        },
      },
    );
    await until(() => workers.busy > 0);
    assert.equal(workers.slices[0]?.job.listedDistance, 0);
    await computeAll();
    assert.equal((await answer).candidateIndex, 2n);
    assert.equal(header, searchId);
    const [entry] = logged.filter(({ msg }) => msg === "a search is asked for");
    assert.deepEqual(
      [entry?.searchId, entry?.client, entry?.call, entry?.name],
      [searchId, "192.0.2.1", "find", "js"],
    );
  });

  test("that is sent again joins the search, and ends alone when the other stays", async () => {
    const { searches, workers, logged, transport } = await serving();
    const { finder } = clientsOver(transport());
    const request = { desiredName: "js", searchId: randomUUID() };
    const first = finder.find(request);
    await until(() => searches.running() === 1);
    const again = new AbortController();
    const second = finder.find(request, { signal: again.signal });
    const joined = () =>
      logged.filter(({ msg }) => msg === "the call joins the search that it started before");
    await until(() => joined().length === 1);
    assert.deepEqual([joined()[0]?.searchId, joined()[0]?.client], [request.searchId, "192.0.2.1"]);
    again.abort();
    await assert.rejects(second, isCode(Code.Canceled));
    assert.equal(searches.running(), 1);
    await until(() => workers.busy > 0);
    await computeAll();
    assert.equal((await first).candidateIndex, 2n);
    // Also when it has ended.
    assert.equal((await finder.find(request)).candidateIndex, 2n);
  });

  test("that is cancelled ends its search, and frees the worker", async () => {
    const { searches, workers, transport } = await serving();
    const controller = new AbortController();
    const call = clientsOver(transport()).finder.find(endless, { signal: controller.signal });
    await until(() => workers.busy === 1);
    controller.abort();
    await assert.rejects(call, isCode(Code.Canceled));
    await until(() => workers.slices[0]?.isInterrupted === true);
    workers.slices[0]?.finish(0);
    await until(() => searches.running() === 0);
  });

  test("that reaches its time limit says so", async () => {
    const { searches, workers, transport } = await serving();
    const { finder, reports } = clientsOver(transport());
    const searchId = randomUUID();
    // Said by a header alone, so that the client does not hang up first.
    const call = assert.rejects(
      finder.find({ ...endless, searchId }, { headers: { "grpc-timeout": "100m" } }),
      isCode(Code.DeadlineExceeded),
    );
    await until(() => workers.slices[0]?.isInterrupted === true);
    workers.slices[0]?.finish(0);
    await call;
    await until(() => searches.running() === 0);
    assert.equal((await reports.getSearchReport({ searchId })).report?.ending, Ending.DEADLINE);
  });

  test("of another client with the same id is refused", async () => {
    const { searches, transport } = await serving();
    const request = { ...endless, searchId: randomUUID() };
    const first = clientsOver(transport()).finder.find(request);
    first.catch(() => {});
    await until(() => searches.running() === 1);
    const stranger = clientsOver(transport("192.0.2.2"));
    await assert.rejects(stranger.finder.find(request), isCode(Code.AlreadyExists));
  });

  test("within the server's budget ends there", async () => {
    const { workers, transport } = await serving({ maximumHashes: 1000n });
    const call = clientsOver(transport()).finder.find(endless);
    call.catch(() => {});
    await until(() => workers.busy > 0);
    await computeAll();
    await assert.rejects(call, isCode(Code.ResourceExhausted));
  });
});

describe("FindRange", () => {
  const job = { name: "doctor", idealDistance: 0, listedDistance: 3, start: 0n, count: 20_000 };
  const wanted = plainMatches(job).map(({ index }) => index);
  const request = {
    desiredName: job.name,
    interestingHammingDistance: job.listedDistance,
    maximumHashes: BigInt(job.count),
  };

  for (const over of ["gRPC", "gRPC-Web", "Connect with JSON"] as const) {
    test(`lists every match once and in order, over ${over}`, async () => {
      const { workers, logged, transport } = await serving();
      const indexes: bigint[] = [];
      let header: string | null = null;
      const stream = clientsOver(transport(undefined, over)).finder.findRange(request, {
        onHeader: (headers) => {
          header = headers.get("search-id");
        },
      });
      const reading = assert.rejects(async () => {
        for await (const { candidateIndex } of stream) indexes.push(candidateIndex);
      }, isCode(Code.ResourceExhausted));
      await until(() => workers.busy > 0);
      // The headers have gone out before anything is found.
      await until(() => header !== null);
      await computeAll();
      await reading;
      assert.deepEqual(indexes, wanted);
      const [entry] = logged.filter(({ msg }) => msg === "a search is asked for");
      assert.equal(entry?.call, "findRange");
    });
  }

  test("that is left ends its search", async () => {
    const { searches, workers, transport } = await serving();
    const controller = new AbortController();
    const stream = clientsOver(transport()).finder.findRange(endless, { signal: controller.signal });
    const reading = assert.rejects(Array.fromAsync(stream), isCode(Code.Canceled));
    await until(() => workers.busy === 1);
    controller.abort();
    await reading;
    await until(() => workers.slices[0]?.isInterrupted === true);
    workers.slices[0]?.finish(0);
    await until(() => searches.running() === 0);
  });

  test("that is sent again is refused: what it has listed is gone", async () => {
    const { searches, transport } = await serving();
    const { finder } = clientsOver(transport());
    const asked = { ...endless, searchId: randomUUID() };
    const first = Array.fromAsync(finder.findRange(asked));
    first.catch(() => {});
    await until(() => searches.running() === 1);
    await assert.rejects(Array.fromAsync(finder.findRange(asked)), isCode(Code.AlreadyExists));
  });
});

describe("GetSearchReport", () => {
  test("says how the search ended, and the caller's reason", async () => {
    const { workers, logged, transport } = await serving();
    const { finder, reports } = clientsOver(transport());
    const searchId = randomUUID();
    const call = finder.find({ desiredName: "js", searchId });
    await until(() => workers.busy > 0);
    await computeAll();
    await call;
    const { report } = await reports.getSearchReport({ searchId: searchId.toUpperCase(), reason: "done" });
    assert.deepEqual(
      [report?.searchId, report?.ending, report?.serverInstance, report?.reason],
      [searchId, Ending.FOUND, servedInstance, "done"],
    );
    const said = () => logged.filter(({ msg }) => msg === "the caller says why it stopped");
    assert.deepEqual(
      said().map((entry) => [entry.searchId, entry.reason]),
      [[searchId, "done"]],
    );
    await reports.getSearchReport({ searchId });
    assert.equal(said().length, 1);
  });

  test("of a search that is not known says which run of the server does not know it", async () => {
    const { transport } = await serving();
    const { reports } = clientsOver(transport());
    const error = await errorOf(reports.getSearchReport({ searchId: randomUUID() }));
    assert.equal(error.code, Code.NotFound);
    assert.match(error.rawMessage, /^The server does not know this search: it never arrived/);
    assert.equal(error.findDetails(UnknownSearchSchema)[0]?.serverInstance, servedInstance);
  });

  test("refuses an id that is none, and a reason of more than 200 characters", async () => {
    const { transport } = await serving();
    const { reports } = clientsOver(transport());
    const ofId = await errorOf(reports.getSearchReport({ searchId: "mine" }));
    assert.deepEqual(fieldsOf(ofId), [["search_id", ofId.rawMessage]]);
    assert.match(ofId.rawMessage, /must be a UUID/);
    const searchId = randomUUID();
    const ofReason = await errorOf(reports.getSearchReport({ searchId, reason: "a".repeat(201) }));
    assert.deepEqual(fieldsOf(ofReason), [["reason", ofReason.rawMessage]]);
    assert.equal(ofReason.rawMessage, "The reason has 201 characters. Use at most 200.");
    const longest = await errorOf(reports.getSearchReport({ searchId, reason: "a".repeat(200) }));
    assert.equal(longest.code, Code.NotFound);
  });
});

describe("WatchActivity", () => {
  let left: AbortController;
  beforeEach(() => {
    left = new AbortController();
  });
  afterEach(() => left.abort());

  test("says at once what the server is and does", async () => {
    const { transport } = await serving({ maximumSearches: 7 });
    const first = await next(watch(transport()));
    assert.deepEqual(
      [first.serverInstance, first.expectedHashesPerSecond, first.workers, first.limits?.maximumSearches],
      [servedInstance, 1234, 1, 7],
    );
  });

  test("tells apart what is the caller's, and follows its searches in upper case too", async () => {
    const { searches, transport } = await serving();
    const { finder } = clientsOver(transport());
    const searchId = randomUUID();
    finder.find({ ...endless, searchId }).catch(() => {});
    await until(() => searches.running() === 1);
    const own = await next(watch(transport(), [searchId.toUpperCase()]));
    assert.deepEqual([own.searches, own.searchesOfCaller], [1, 1]);
    assert.deepEqual(
      own.progress.map((progress) => progress.searchId),
      [searchId],
    );
    const others = await next(watch(transport("192.0.2.2")));
    assert.deepEqual([others.searches, others.searchesOfCaller, others.progress], [1, 0, []]);
  });

  test("speaks again when something changes", async () => {
    const { transport } = await serving();
    const activity = watch(transport());
    assert.equal((await next(activity)).searches, 0);
    clientsOver(transport())
      .finder.find(endless)
      .catch(() => {});
    for (;;) if ((await next(activity)).searches === 1) break;
  });

  test("of more watchers than one client may have, or the server, is refused until one leaves", async () => {
    const { transport } = await serving({ maximumWatchersPerClient: 1, maximumWatchers: 2 });
    await next(watch(transport()));
    const more = await errorOf(next(watch(transport())));
    assert.match(more.rawMessage, /^You have 1 calls that watch the server/);
    await next(watch(transport("192.0.2.2")));
    const full = await errorOf(next(watch(transport("192.0.2.3"))));
    assert.match(full.rawMessage, /^The server has 2 calls that watch the server/);
    left.abort();
    left = new AbortController();
    for (;;) {
      const again = await next(watch(transport())).catch(() => undefined);
      if (again) break;
    }
  });

  test("refuses more ids than 64, and what is no id", async () => {
    const { transport } = await serving();
    const ids = Array.from({ length: mostWatchedSearches }, () => randomUUID());
    assert.deepEqual((await next(watch(transport(), ids))).progress, []);
    const many = await errorOf(next(watch(transport(), [...ids, randomUUID()])));
    assert.deepEqual(fieldsOf(many), [["search_ids", "Ask for at most 64 searches."]]);
    const none = await errorOf(next(watch(transport(), [randomUUID(), "mine"])));
    assert.deepEqual(fieldsOf(none), [["search_ids", none.rawMessage]]);
    assert.match(none.rawMessage, /must be a UUID/);
  });

  function watch(
    transport: ReturnType<Served["transport"]>,
    searchIds: string[] = [],
  ): AsyncIterator<WatchActivityResponse> {
    const client = createClient(ActivityService, transport);
    return client.watchActivity({ searchIds }, { signal: left.signal })[Symbol.asyncIterator]();
  }
});

describe("a keyed stream", () => {
  test("says its messages, and nothing of it is left when it is cancelled", async () => {
    const { streams, logged, transport } = await serving();
    const controller = new AbortController();
    const stream = clientsOver(transport()).streams.stream({ key: "k" }, { signal: controller.signal });
    const messages = stream[Symbol.asyncIterator]();
    assert.equal((await messages.next()).value?.message, "key: k, progress: +");
    assert.equal(streams.count("192.0.2.1"), 1);
    const [entry] = logged.filter(({ msg }) => msg === "stream message");
    assert.deepEqual([entry?.key, entry?.client, entry?.message], ["k", "192.0.2.1", "key: k, progress: +"]);
    controller.abort();
    await assert.rejects(messages.next(), isCode(Code.Canceled));
    await until(() => streams.count() === 0);
  });

  test("of a key that breaks the rule is refused", async () => {
    const { streams, transport } = await serving();
    const call = clientsOver(transport()).streams.stream({ key: "" });
    const error = await errorOf(Array.fromAsync(call));
    assert.deepEqual(fieldsOf(error), [["key", "The key is empty. Use 1 to 64 characters."]]);
    assert.equal(streams.count(), 0);
  });
});

describe("the health of the server", () => {
  const names = [
    "",
    "hash_name.HashFinder",
    "hash_name.v1.SearchReportService",
    "hash_name.v1.ActivityService",
    "Message",
  ];

  test("is known for it and for each of its services, until it leaves", async () => {
    const { leave, transport } = await serving();
    const client = createClient(Health, transport());
    const statuses = () =>
      Promise.all(names.map(async (service) => (await client.check({ service })).status));
    assert.deepEqual(
      await statuses(),
      names.map(() => Status.SERVING),
    );
    leave();
    assert.deepEqual(
      await statuses(),
      names.map(() => Status.NOT_SERVING),
    );
  });

  test("is listed for it and for each of its services", async () => {
    const { leave, transport } = await serving();
    const client = createClient(Health, transport());
    const listed = async () =>
      Object.entries((await client.list({})).statuses).map(([service, { status }]) => [service, status]);
    assert.deepEqual(
      await listed(),
      names.map((service) => [service, Status.SERVING]),
    );
    leave();
    assert.deepEqual(
      await listed(),
      names.map((service) => [service, Status.NOT_SERVING]),
    );
  });

  test("of a service that it does not have is not known", async () => {
    const { transport } = await serving();
    const client = createClient(Health, transport());
    const error = await errorOf(client.check({ service: "another" }));
    assert.equal(error.code, Code.NotFound);
    assert.match(error.rawMessage, /^There is no service "another" on this port\. Ask for one/);
    const watching = client.watch({ service: "another" })[Symbol.asyncIterator]();
    assert.equal((await watching.next()).value?.status, Status.SERVICE_UNKNOWN);
    await watching.return?.();
  });

  test("is told to as many as may watch, and the others do not wait", async () => {
    const { transport } = await serving({ maximumWatchersPerClient: 1, maximumWatchers: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const watch = (address: string) =>
      createClient(Health, transport(address))
        .watch({ service: "" }, { signal })
        [Symbol.asyncIterator]()
        .next();
    await watch("192.0.2.1");
    assert.match((await errorOf(watch("192.0.2.1"))).rawMessage, /^You have 1 calls that watch the server/);
    await watch("192.0.2.2");
    assert.match((await errorOf(watch("192.0.2.3"))).rawMessage, /^The server has 2 calls that watch/);
    controller.abort();
  });

  test("is told when it changes, and the place of a watcher that leaves is free", async () => {
    const { leave, transport } = await serving({ maximumWatchersPerClient: 1 });
    const client = createClient(Health, transport());
    const controller = new AbortController();
    const left = client.watch({ service: "" }, { signal: controller.signal })[Symbol.asyncIterator]();
    assert.equal((await left.next()).value?.status, Status.SERVING);
    const refused = client.watch({ service: "" })[Symbol.asyncIterator]();
    assert.equal((await errorOf(refused.next())).code, Code.ResourceExhausted);
    controller.abort();
    await assert.rejects(left.next(), isCode(Code.Canceled));
    const again = new AbortController();
    for (;;) {
      const stays = client.watch({ service: "" }, { signal: again.signal })[Symbol.asyncIterator]();
      const first = await stays.next().catch(() => undefined);
      if (!first) continue;
      assert.equal(first.value?.status, Status.SERVING);
      leave();
      assert.equal((await stays.next()).value?.status, Status.NOT_SERVING);
      again.abort();
      await assert.rejects(stays.next(), isCode(Code.Canceled));
      break;
    }
  });
});

/** Computes every slice that comes until none does. */
async function computeAll(): Promise<void> {
  const { workers, searches } = served ?? assert.fail("nothing is served");
  while (searches.running() > 0) {
    for (const slice of [...workers.slices]) slice.compute(slice.job.count);
    await new Promise(setImmediate);
  }
}

async function next<T>(messages: AsyncIterator<T>): Promise<T> {
  const { done, value } = await messages.next();
  assert.ok(!done, "the stream has ended");
  return value;
}

async function errorOf(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  return assert.fail("the call did well");
}

function isCode(code: Code): (error: unknown) => boolean {
  return (error) => {
    assert.equal(ConnectError.from(error).code, code);
    return true;
  };
}

function fieldsOf(error: ConnectError): [field: string, description: string][] {
  assert.equal(error.code, Code.InvalidArgument);
  const [request] = error.findDetails(BadRequestSchema);
  return (request?.fieldViolations ?? []).map(({ field, description }) => [field, description]);
}
