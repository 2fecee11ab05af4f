import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { LimitsSchema } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import type { Limits } from "../../server/calls/limits.ts";
import { milliseconds } from "../../server/cluster/milliseconds.ts";
import { Engine } from "../../server/engine/engine.ts";
import { ActivitySample, type Caller, limitsMessage } from "../../server/rpc/activity-sample.ts";
import type { Search } from "../../server/search/search.ts";
import { Searches } from "../../server/search/searches.ts";
import { Streams } from "../../server/streams/streams.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { noLimits } from "../support/limits.ts";
import { quotasOf } from "../support/quotas.ts";
import { until } from "../support/until.ts";

const begin = 10_000n;
// Every search of these tests is one owner's, whoever it is counted for.
const caller = (client: string): Caller => ({ client, owner: "a", name: "", limits: {} });
const constant = { serverInstance: "this run", expectedHashesPerSecond: 7 };

describe("the activity says of a search", () => {
  test("that everything before next_index was tried, however much more was", async (t) => {
    const { workers, progressOf, begun } = server(t, { threads: 3 });
    const search = begun("a");
    await until(() => workers.busy === 3);
    const [first, second, third] = workers.slices;
    assert.ok(first && second && third);
    first.tried = 300;
    second.finish(second.job.count);
    third.finish(100);
    const now = progressOf(search);
    assert.equal(now?.nextIndex, begin, "the first range may still bring a match");
    assert.equal(now.hashesComputed, BigInt(300 + second.job.count + 100));
    first.finish(first.job.count);
    assert.equal(progressOf(search)?.nextIndex, third.job.start + 100n);
  });

  test("no more hashes than it says of all, though the workers go on in between", async (t) => {
    const { workers, sample, begun } = server(t, { threads: 2 });
    const searches = [begun("a"), begun("a")];
    await until(() => workers.busy === 2);
    const taken = sample();
    for (const [i, slice] of workers.slices.entries()) slice.tried = 300 + i;
    const { hashesComputed, progress } = taken.of(
      caller("a"),
      searches.map(({ id }) => id),
    );
    assert.deepEqual(progress?.map((each) => each.hashesComputed).toSorted(), [300n, 301n]);
    assert.equal(hashesComputed, 601n);
    assert.equal(taken.of(caller("b"), []).hashesComputed, 0n);
  });

  test("what lies behind a match that its caller has not taken, not yet", async (t) => {
    const { workers, progressOf, begun } = server(t, { threads: 1 });
    const search = begun("a", "doctor");
    await until(() => workers.busy === 1);
    workers.slices[0]?.compute(500);
    assert.deepEqual(
      [progressOf(search)?.nextIndex, progressOf(search)?.hashesComputed],
      // The first candidate that is listed for this name.
      [begin + 67n, 500n],
    );
  });

  test("its speed and its time since the work began, under its own id", async (t) => {
    const { progressOf, begun } = server(t, { threads: 0 });
    const search = begun("a");
    search.rate.sample(performance.now() + 10_000, 5000);
    await until(() => search.elapsedMs > 5);
    const least = search.elapsedMs;
    const { searchId, elapsed, hashesPerSecond, searchesAhead } = progressOf(search) ?? assert.fail();
    assert.equal(searchId, search.id);
    assert.ok(elapsed);
    const elapsedMs = milliseconds(create(DurationSchema, elapsed));
    assert.ok(elapsedMs >= least - 0.001 && elapsedMs <= search.elapsedMs + 0.001, `${elapsedMs} ms`);
    assert.equal(hashesPerSecond, search.rate.perSecond);
    assert.ok(hashesPerSecond > 400);
    assert.equal(searchesAhead, undefined, "it does not wait");
  });

  test("how many go before it while it waits", (t) => {
    const { progressOf, begun } = server(t, { limits: { maximumSearches: 1, maximumWaiting: 5 } });
    const ahead = ["a", "b", "c"].map((client) => progressOf(begun(client))?.searchesAhead);
    assert.deepEqual(ahead, [undefined, 0, 1]);
  });

  test("nothing once it has ended, and nothing of an unknown one", async (t) => {
    const { progressOf, begun } = server(t, {});
    const search = begun("a");
    search.end("cancelled");
    await search.ended;
    await until(() => progressOf(search) === undefined);
    assert.equal(progressOf({ id: randomUUID() }), undefined);
  });
});

describe("the activity counts", () => {
  test("all that runs and waits, and of the caller what is its own", async (t) => {
    const limits = { maximumSearches: 3, maximumWaiting: 5 };
    const { workers, sample, begun, streams } = server(t, { threads: 3, limits });
    for (const client of ["a", "a", "b", "b", "b"]) begun(client);
    for (const client of ["a", "a", "b", "c"]) streams.open("K", client);
    await until(() => workers.busy === 3);
    workers.slices[0]?.finish(10);
    const { progress, limits: _, ...counts } = sample().of(caller("a"), []);
    assert.deepEqual(progress, []);
    assert.deepEqual(counts, {
      ...constant,
      workers: 3,
      workersBusy: 2,
      searches: 3,
      searchesOfCaller: 2,
      searchesWaiting: 2,
      hashesComputed: 10n,
      hashesPerSecond: 0,
      streams: 4,
      streamsOfCaller: 2,
      callerName: "",
    });
    const ofOthers = ["b", "c", "d"].map((client) => sample().of(caller(client), []));
    assert.deepEqual(
      ofOthers.map(({ searchesOfCaller, streamsOfCaller }) => [searchesOfCaller, streamsOfCaller]),
      [
        [1, 1],
        [0, 1],
        [0, 0],
      ],
    );
  });

  test("the speed of all workers", (t) => {
    const { sample, searches } = server(t, {});
    t.mock.getter(searches, "hashesPerSecond", () => 700);
    assert.equal(sample().of(caller("a"), []).hashesPerSecond, 700);
  });

  test("once for all that watch, and the progress of each search once", (t) => {
    const { sample, begun } = server(t, { threads: 0 });
    const { id } = begun("a");
    const one = sample();
    assert.equal(
      one.of(caller("a"), [id]).progress?.[0],
      one.of(caller("b"), [randomUUID(), id]).progress?.[0],
    );
  });
});

test("the activity is worth a message when any of its counts has changed, and not when none has", async (t) => {
  const { workers, sample, begun, streams } = server(t, {
    threads: 1,
    limits: { maximumSearches: 1, maximumWaiting: 5 },
  });
  let before = sample();
  const differs = (): boolean => {
    const now = sample();
    const differs = now.differsFrom(before);
    before = now;
    return differs;
  };
  assert.equal(differs(), false);
  const search = begun("a");
  assert.equal(differs(), true, "a search runs");
  await until(() => workers.busy === 1);
  assert.equal(differs(), true, "a worker is busy");
  begun("b");
  assert.equal(differs(), true, "a search waits");
  const stream = streams.open("K", "a");
  assert.equal(differs(), true, "a stream is open");
  stream.end("cancelled");
  assert.equal(differs(), true, "a stream has ended");
  const [slice] = workers.slices;
  assert.ok(slice);
  slice.tried = 1;
  assert.equal(differs(), true, "a hash is computed");
  assert.equal(differs(), false);
  search.end("cancelled");
});

test("who calls hears its own name and limits, and of no search that is another's", (t) => {
  const { sample, begun } = server(t, {});
  const { id } = begun("a");
  const named = { client: "token:ann", owner: "token:ann", name: "ann" };
  const own = { maximumSearches: 2, maximumHashes: 9n, maximumTimeMs: 1000 };
  const { callerName, limits, progress } = sample().of({ ...named, limits: own }, [id]);
  assert.equal(callerName, "ann");
  assert.deepEqual(
    limits,
    limitsMessage({
      ...noLimits,

      maximumHashes: 9n,
      maximumTimeMs: 1000,
      maximumSearchesPerClient: 2,
    }),
  );
  assert.deepEqual(progress, []);
  assert.deepEqual(sample().of(caller("a"), []).limits, limitsMessage(noLimits));
});

test("each limit is told in its own field", () => {
  const limits = {
    maximumHashes: 1n,
    maximumTimeMs: 2500,
    maximumSearchesPerClient: 3,
    maximumSearches: 4,
    maximumWaiting: 5,
    maximumStreamsPerClient: 6,
    maximumStreams: 7,
  };
  const expected = create(LimitsSchema, {
    maximumHashes: 1n,
    maximumTime: { seconds: 2n, nanos: 500_000_000 },
    maximumSearchesPerClient: 3,
    maximumSearches: 4,
    maximumWaiting: 5,
    maximumStreamsPerClient: 6,
    maximumStreams: 7,
  });
  assert.deepEqual(limitsMessage(limits), expected);
});

interface Setting {
  readonly threads?: number;
  readonly limits?: Partial<Limits>;
}

function server(t: TestContext, { threads = 1, limits = {} }: Setting) {
  // Slices of 1,000 candidates.
  const workers = new FakeWorkers(threads);
  const searches = new Searches(new Engine(workers), { ...noLimits, ...limits }, () => {});
  const streams = new Streams(noLimits, () => {});
  const quotas = quotasOf();
  t.after(async () => {
    streams.close("shutdown");
    const closed = searches.close("shutdown");
    for (const slice of [...workers.slices]) slice.finish(0);
    await closed;
  });
  const sample = (): ActivitySample => new ActivitySample({ searches, streams, quotas }, constant);
  const begun = (client: string, name = "zzzzzzzz"): Search =>
    searches.start({
      id: randomUUID(),
      client,
      owner: "a",
      call: "findRange",
      query: {
        name,
        idealDistance: 0,
        listedDistance: 3,
        start: begin,
        end: 2n ** 60n,
        budgeted: true,
      },
    });
  const progressOf = ({ id }: Pick<Search, "id">) =>
    new ActivitySample({ searches, streams, quotas }, {}).of(caller("a"), [id]).progress?.[0];
  return { workers, searches, streams, sample, begun, progressOf };
}
