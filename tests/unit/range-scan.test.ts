import assert from "node:assert/strict";
import { test } from "node:test";
import { scanMostMatches } from "../../proto/scan-contract.ts";
import { Engine } from "../../server/engine/engine.ts";
import type { SliceResult, Workers } from "../../server/engine/workers.ts";
import { type RangeOrder, RangeScan } from "../../server/scans/range-scan.ts";
import { type FakeSlice, FakeWorkers } from "../support/fake-workers.ts";
import { until } from "../support/until.ts";

test("a range that servers behind this one fill holds no more matches than a coordinator takes", async () => {
  // One below the bound, and then as many as a server may send.
  const sent = [scanMostMatches - 1, 2 * scanMostMatches];
  const engine = new Engine(workersThatFind(sent));
  const scan = new RangeScan(engine, {
    name: "a",
    idealDistance: -1,
    listedDistance: 1,
    start: 0n,
    count: 1_000_000,
    client: "test",
  });
  scan.begin();
  await until(() => scan.end !== undefined);
  const matches = scan.take();
  assert.equal(
    matches.reduce((sum, { count }) => sum + count, 0),
    2 * scanMostMatches,
  );
  const [, last] = matches;
  assert.deepEqual([last?.ends.length, last?.indexes.length], [scanMostMatches + 1, scanMostMatches + 1]);
  assert.equal(last?.frames.length, last?.ends.at(-1));
  // Every candidate is a match: what lies beyond the last one comes as another range.
  assert.equal(scan.end?.tried, 2 * scanMostMatches);
  await engine.close();
});

test("a range says when its thread was idle only if the thread itself says that it is", async () => {
  for (const goesOn of [false, true]) {
    const { scan, slice } = await begun();
    slice.goesOn = goesOn;
    scan.interrupt();
    slice.finish(10);
    assert.equal(scan.end?.idleAfterMs === undefined, goesOn);
  }
});

test("a range that no thread ever had is idle when it is interrupted", () => {
  const scan = new RangeScan(new Engine(new FakeWorkers(0)), endless);
  scan.begin();
  scan.interrupt();
  assert.ok(scan.end && scan.end.idleAfterMs !== undefined);
  assert.equal(scan.end.hashesAfterInterrupt, 0);
});

test("what a range computed after its interrupt leaves out what came before", async () => {
  const { scan, slice, workers } = await begun();
  slice.finish(1000);
  await until(() => workers.busy === 1);
  const [next] = workers.slices;
  assert.ok(next);
  next.tried = 300;
  assert.equal(scan.tried, 1300);
  scan.interrupt();
  next.finish(500);
  assert.equal(scan.end?.tried, 1500);
  assert.equal(scan.end.hashesAfterInterrupt, 200);
});

test("what a range computed after its interrupt is the word of the server behind, where it confirmed", async () => {
  const { scan, slice } = await begun();
  slice.tried = 300;
  scan.interrupt();
  slice.finish(500, 8, {
    serverInstance: "behind",
    serverName: "behind",
    hashes: 500,
    hashesAfterInterrupt: 20,
    interruptSeenAfterMs: 3,
    idleAfterMs: 4,
    isConfirmed: true,
    endsWithinMs: 0,
    behind: [],
  });
  assert.equal(scan.end?.hashesAfterInterrupt, 20);
});

const endless: RangeOrder = {
  name: "zzzzzzzz",
  idealDistance: 0,
  listedDistance: 0,
  start: 0n,
  count: 2 ** 31,
  client: "test",
};

/** A range on one worker, which has its first slice. */
async function begun(): Promise<{ scan: RangeScan; slice: FakeSlice; workers: FakeWorkers }> {
  const workers = new FakeWorkers(1);
  const scan = new RangeScan(new Engine(workers), endless);
  scan.begin();
  await until(() => workers.busy === 1);
  return { scan, slice: workers.slices[0] ?? assert.fail(), workers };
}

/** One worker whose slices have so many matches each, in as many candidates. */
function workersThatFind(counts: number[]): Workers {
  let busy = 0;
  return {
    size: 1,
    sliceMs: 300,
    get busy() {
      return busy;
    },
    get next() {
      return busy === 0 ? { usualRate: 10_000 } : undefined;
    },
    onIdle: () => {},
    close: async () => {},
    run: (_job, settle) => {
      busy++;
      const tried = counts.shift() ?? 0;
      setImmediate(() => {
        busy--;
        settle(resultOf(tried));
      });
      return { worker: counts, tried: 0, interrupt: () => {} };
    },
  };
}

/** Matches of two bytes each. */
function resultOf(tried: number): SliceResult {
  return {
    tried,
    tookMs: 300,
    matches: {
      count: tried,
      frames: new Uint8Array(2 * tried),
      ends: Uint32Array.from({ length: tried }, (_, at) => 2 * (at + 1)),
      indexes: Uint32Array.from({ length: tried }, (_, at) => at),
      endsIdeal: false,
    },
  };
}
