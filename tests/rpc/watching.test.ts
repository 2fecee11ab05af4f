import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import {
  BadRequestSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "../../proto/gen/google/rpc/error_details_pb.ts";
import { ActivityService, type WatchActivityResponse } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { hasOneAddress } from "../support/callers.ts";
import { clientsOver, endless, errorOf, webClients } from "../support/clients.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

describe("who watches the activity", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ args: ["--maximum-hashes", "0", "--maximum-searches-per-client", "0"] });
  });
  after(async () => await stopCleanly(server));

  test("hears of it at once, and at least once a second while nothing happens", async () => {
    await untilIdle(server.url);
    const arrivedAtMs = await arrivals(server, {}, 4);
    const gaps = gapsOf(arrivedAtMs);
    // Network and a busy machine take their time; the server's own is below a second.
    for (const gap of gaps.slice(1)) assert.ok(gap < 1500, `gaps of ${gaps} ms`);
    assert.ok(gaps[0] !== undefined && gaps[0] < 1000, `the first message after ${gaps[0]} ms`);
    const span = (arrivedAtMs.at(-1) ?? 0) - (arrivedAtMs[0] ?? 0);
    assert.ok(span > 1500, `3 more messages in ${span} ms, though nothing has happened`);
  });

  test("hears at most ten times a second while hashes are computed", async () => {
    const controller = new AbortController();
    const ended = errorOf(webClients(server), "find", endless(), { signal: controller.signal });
    await untilActivity(server.url, ({ workersBusy }) => workersBusy > 0);
    const arrivedAtMs = await arrivals(server, {}, 31);
    const span = (arrivedAtMs.at(-1) ?? 0) - (arrivedAtMs[0] ?? 0);
    // 30 pauses of a tenth of a second, less what the first arrived late.
    assert.ok(span > 2800, `30 more messages in ${span} ms`);
    controller.abort();
    await ended;
    await untilIdle(server.url);
  });

  test("hears of up to 64 searches, in capital letters too, and of no other", async () => {
    const controller = new AbortController();
    const requests = Array.from({ length: 64 }, () => endless());
    const { signal } = controller;
    const calls = [...requests, endless()].map((request) =>
      errorOf(webClients(server), "find", request, { signal }),
    );
    await untilActivity(server.url, ({ searches }) => searches === 65);
    const wanted = requests.map(({ searchId }) => searchId);
    const upperCase = wanted.map((id) => id.toUpperCase());
    const [activity] = await watch(server, { searchIds: upperCase }, ({ progress }) => progress.length > 0);
    assert.deepEqual(activity?.progress.map(({ searchId }) => searchId).sort(), wanted.sort());
    const [unknown] = await watch(server, { searchIds: [randomUUID()] }, () => true);
    assert.deepEqual(unknown?.progress, []);
    controller.abort();
    await Promise.all(calls);
    const [over] = await watch(server, { searchIds: wanted }, ({ searches }) => searches === 0);
    assert.deepEqual(over?.progress, [], "what has ended is not under way");
  });

  for (const [about, searchIds] of [
    ["65 ids", Array.from({ length: 65 }, () => randomUUID())],
    ["what is no UUID", ["not a UUID"]],
  ] as const) {
    test(`is refused for ${about}`, async () => {
      const error = await watch(server, { searchIds }, () => true).then(undefined, ConnectError.from);
      assert.ok(error instanceof ConnectError);
      assert.equal(error.code, Code.InvalidArgument);
      assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field, "search_ids");
    });
  }

  test("hears the counts of its own address alone", { skip: hasOneAddress }, async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const of = (client: number, call: "find" | "stream") => {
      const { finder, streams, reports } = clientsOver(transportFrom(server, client));
      return call === "find"
        ? errorOf({ finder, streams, reports }, "find", endless(), { signal })
        : readAll(streams.stream({ key: "K" }, { signal }));
    };
    const calls = [
      of(2, "find"),
      of(2, "find"),
      of(3, "find"),
      of(2, "stream"),
      of(3, "stream"),
      of(3, "stream"),
    ];
    await untilActivity(server.url, ({ searches, streams }) => searches === 3 && streams === 3);
    for (const [client, searchesOfCaller, streamsOfCaller] of [
      [2, 2, 1],
      [3, 1, 2],
      [4, 0, 0],
    ] as const) {
      const [now] = await watch(server, {}, () => true, client);
      assert.deepEqual(
        [now?.searches, now?.searchesOfCaller, now?.streams, now?.streamsOfCaller],
        [3, searchesOfCaller, 3, streamsOfCaller],
        `127.0.0.${client}`,
      );
    }
    controller.abort();
    await Promise.all(calls);
    await untilActivity(server.url, ({ searches, streams }) => searches === 0 && streams === 0);
  });

  test("is one too many beyond the limit, with quota and delay, until one leaves", {
    skip: hasOneAddress,
  }, async () => {
    const full = await startServer({
      args: ["--maximum-watchers-per-client", "1", "--maximum-watchers", "2"],
    });
    const leaving = [new AbortController(), new AbortController()] as const;
    const watching = [await opened(full, 2, leaving[0].signal), await opened(full, 3, leaving[1].signal)];
    for (const [client, subject] of [
      [2, "watchers of this client"],
      [4, "watchers of the server"],
    ] as const) {
      const error = await watch(full, {}, () => true, client).then(undefined, ConnectError.from);
      assert.ok(error instanceof ConnectError);
      assert.equal(error.code, Code.ResourceExhausted);
      assert.equal(error.findDetails(QuotaFailureSchema)[0]?.violations[0]?.subject, subject);
      assert.ok(error.findDetails(RetryInfoSchema)[0]?.retryDelay);
    }
    leaving[0].abort();
    await watching[0]?.left;
    const [again] = await eventually(() => watch(full, {}, () => true, 4));
    assert.equal(again?.searches, 0);
    leaving[1].abort();
    await watching[1]?.left;
    await stopCleanly(full);
  });
});

/** When each of so many messages came, after the call at 0. */
async function arrivals(server: TestServer, request: Watch, messages: number): Promise<number[]> {
  const startedAtMs = performance.now();
  const arrivedAtMs: number[] = [];
  await watch(server, request, () => arrivedAtMs.push(performance.now() - startedAtMs) === messages);
  return arrivedAtMs;
}

function gapsOf(timesMs: readonly number[]): number[] {
  return timesMs.map((atMs, i) => Math.round(atMs - (timesMs[i - 1] ?? 0)));
}

type Watch = { readonly searchIds?: readonly string[] };

/** Watches until a message is as wanted: that one. */
async function watch(
  server: TestServer,
  { searchIds = [] }: Watch,
  wanted: (activity: WatchActivityResponse) => boolean,
  client = 1,
): Promise<readonly WatchActivityResponse[]> {
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(20_000)]);
  const service = createClient(ActivityService, transportFrom(server, client));
  try {
    for await (const activity of service.watchActivity({ searchIds: [...searchIds] }, { signal })) {
      if (wanted(activity)) return [activity];
    }
  } finally {
    controller.abort();
  }
  throw new Error("the stream ended by itself");
}

/** Resolves once a watcher hears; what it resolves to settles when the watcher has left. */
async function opened(
  server: TestServer,
  client: number,
  signal: AbortSignal,
): Promise<{ left: Promise<void> }> {
  const service = createClient(ActivityService, transportFrom(server, client));
  const heard = Promise.withResolvers<void>();
  const watched = async (): Promise<void> => {
    for await (const _ of service.watchActivity({}, { signal })) heard.resolve();
  };
  const left = watched().then(heard.reject, () => {});
  await heard.promise;
  return { left };
}

function transportFrom({ url }: TestServer, client: number) {
  const nodeOptions = { localAddress: `127.0.0.${client}` };
  return createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1", nodeOptions });
}

async function readAll(messages: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of messages);
  } catch {
    // It was ended.
  }
}

/** Once the server has seen that the other one left. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (ConnectError.from(error).code !== Code.ResourceExhausted) throw error;
    }
  }
}
