import assert from "node:assert/strict";
import { test } from "node:test";
import { scanMostMatches } from "../../proto/scan-contract.ts";
import { Engine } from "../../server/engine/engine.ts";
import type { SliceResult, Workers } from "../../server/engine/workers.ts";
import { RangeScan } from "../../server/scans/range-scan.ts";
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
