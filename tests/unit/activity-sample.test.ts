import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { Engine } from "../../server/engine/engine.ts";
import { ActivitySample, limitsMessage } from "../../server/rpc/activity-sample.ts";
import type { Rate } from "../../server/search/rate.ts";
import { Searches } from "../../server/search/searches.ts";
import { Streams } from "../../server/streams/streams.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { noLimits } from "../support/limits.ts";
import { until } from "../support/until.ts";

const closing: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const close of closing) await close();
});

const query = {
  name: "zzzzzzzzzzzz",
  idealDistance: 0,
  listedDistance: 0,
  start: 100n,
  end: 1n << 60n,
  budgeted: false,
};

describe("a sample of what the server does", () => {
  test("counts everybody's, and the caller's apart", async () => {
    const { searches, streams, workers, start, sample } = serverOf();
    start("a", "own");
    start("b", "other");
    start("waits", "other");
    streams.open("key", "own");
    streams.open("key", "other");
    streams.open("key", "other");
    await until(() => workers.busy === 2);
    workers.slices[0]?.finish(40);
    await until(() => workers.busy === 2);
    growsBy(5000, searches.rate);
    const { progress, ...counts } = sample().of("own", []);
    assert.deepEqual(progress, []);
    assert.deepEqual(counts, {
      serverInstance: "this run",
      workers: 2,
      workersBusy: 2,
      searches: 2,
      searchesWaiting: 1,
      hashesComputed: 40n,
      hashesPerSecond: 5000,
      streams: 3,
      searchesOfCaller: 1,
      streamsOfCaller: 1,
    });
    assert.deepEqual(
      [sample().of("other", []).searchesOfCaller, sample().of("other", []).streamsOfCaller],
      [1, 2],
    );
  });

  test("tells the progress of each search that lives, and of those in line how many are ahead", async () => {
    const { workers, start, sample } = serverOf();
    const search = start("a", "own");
    start("b", "own");
    const waits = start("c", "own");
    await until(() => workers.busy === 2);
    for (const slice of workers.slices) slice.tried = 7;
    growsBy(900, search.rate);
    const { progress = [] } = sample().of("own", ["a", "unknown", "c"]);
    const [runs, inLine, ...others] = progress;
    assert.ok(runs && inLine && others.length === 0);
    assert.deepEqual(
      [runs.searchId, runs.nextIndex, runs.hashesComputed, runs.hashesPerSecond, runs.searchesAhead],
      ["a", 100n, 7n, 900, undefined],
    );
    assert.ok("seconds" in (runs.elapsed ?? {}));
    assert.deepEqual([inLine.searchId, inLine.searchesAhead], [waits.id, 0]);
  });

  test("tells of a search as it was when it was first asked for", async () => {
    const { workers, start, sample } = serverOf();
    start("a", "own");
    await until(() => workers.busy > 0);
    const now = sample();
    const [first] = now.of("own", ["a"]).progress ?? [];
    assert.deepEqual(now.of("own", ["late"]).progress, []);
    for (const slice of workers.slices) slice.tried = 7;
    start("late", "own");
    assert.equal(now.of("other", ["a"]).progress?.[0], first);
    assert.deepEqual(now.of("own", ["late"]).progress, []);
  });

  for (const [what, change] of [
    ["a hash is computed", ({ workers }) => workers.slices[0]?.finish(1, 8)],
    ["a search comes", ({ start }) => void start("new", "own")],
    ["a stream opens", ({ streams }) => void streams.open("key", "own")],
  ] as const satisfies readonly [string, (server: TestServer) => void][]) {
    test(`differs from the one before when ${what}`, async () => {
      const server = serverOf();
      server.start("a", "own");
      await until(() => server.workers.busy > 0);
      const before = server.sample();
      assert.equal(server.sample().differsFrom(before), false);
      change(server);
      assert.equal(server.sample().differsFrom(before), true);
    });
  }

  test("differs when a search joins the line, and when a worker begins", async () => {
    const server = serverOf();
    for (const id of ["a", "b"]) server.start(id, "own");
    const idle = server.sample();
    await until(() => server.workers.busy === 2);
    const busy = server.sample();
    assert.equal(busy.differsFrom(idle), true);
    server.start("waits", "own");
    assert.equal(server.sample().differsFrom(busy), true);
  });
});

test("the limits are written each in its own field", () => {
  const limits = {
    ...noLimits,
    maximumHashes: 1n,
    maximumTimeMs: 2500,
    maximumSearchesPerClient: 3,
    maximumSearches: 4,
    maximumWaiting: 5,
    maximumStreamsPerClient: 6,
    maximumStreams: 7,
  };
  const { $typeName: _, maximumTime, ...said } = limitsMessage(limits) as Record<string, unknown>;
  const { seconds, nanos } = maximumTime as { seconds: bigint; nanos: number };
  assert.deepEqual([seconds, nanos], [2n, 500_000_000]);
  assert.deepEqual(said, {
    maximumHashes: 1n,
    maximumSearchesPerClient: 3,
    maximumSearches: 4,
    maximumWaiting: 5,
    maximumStreamsPerClient: 6,
    maximumStreams: 7,
  });
});

/** So much a second, however long the test has run. */
function growsBy(perSecond: number, rate: Rate): void {
  rate.sample(1e12, 0);
  rate.sample(1e12 + 5000, 5 * perSecond);
}

type TestServer = ReturnType<typeof serverOf>;

/** Two searches run at once, on two workers; more wait. */
function serverOf() {
  const workers = new FakeWorkers(2);
  const limits = { ...noLimits, maximumSearches: 2, maximumWaiting: 9 };
  const searches = new Searches(new Engine(workers), limits, () => {});
  const streams = new Streams(limits, () => {});
  closing.push(() => {
    streams.close("cancelled");
    const closed = searches.close("cancelled");
    for (const slice of [...workers.slices]) slice.finish(0);
    return closed;
  });
  return {
    searches,
    streams,
    workers,
    start: (id: string, client: string) => searches.start({ id, client, query, call: "find" }),
    sample: () => new ActivitySample(searches, streams, { serverInstance: "this run" }),
  };
}
