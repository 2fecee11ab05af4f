import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Engine, type Task } from "../../server/engine/engine.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { FakeWorkers } from "../support/fake-workers.ts";

/** A search of a client, each of whose slices takes so long. */
type Search = readonly [client: string, tookMs: number];

describe("the time of the workers is shared equally", () => {
  for (const workers of [1, 3]) {
    test(`between clients, however long their slices take, on ${workers} workers`, async () => {
      const shares = await sharesOf(
        [
          ["quick", 2],
          ["usual", 8],
          ["slow", 80],
        ],
        workers,
      );
      for (const share of shares) assertAbout(share, 1 / 3);
    });

    test(`between the searches of a client, out of its own share, on ${workers} workers`, async () => {
      const searches: Search[] = [
        ["two", 4],
        ["two", 40],
        ["one", 12],
      ];
      const [quick, slow, single] = (await sharesOf(searches, workers)) as [number, number, number];
      assertAbout(quick, 1 / 4);
      assertAbout(slow, 1 / 4);
      assertAbout(single, 1 / 2);
    });

    test(`between two clients with one search and with eight, on ${workers} workers`, async () => {
      const eight: Search[] = Array.from({ length: 8 }, () => ["eight", 8]);
      const [single, ...others] = (await sharesOf([["one", 8], ...eight], workers)) as [number, ...number[]];
      assertAbout(single, 1 / 2);
      for (const other of others) assertAbout(other, 1 / 16);
    });
  }
});

/** Runs endless searches for a while on workers with a clock of their own; what part of the time each had. */
async function sharesOf(searches: readonly Search[], size: number): Promise<number[]> {
  const workers = new FakeWorkers(size);
  const engine = new Engine(workers);
  const had = searches.map(() => 0);
  for (const [i, [client]] of searches.entries()) engine.add(endless(client, String(i)));
  /** When each slice ends. */
  const ends = new Map<ScanJob, number>();
  for (let nowMs = 0; nowMs < 8000; ) {
    await setImmediate();
    for (const { job } of workers.slices) {
      if (!ends.has(job)) ends.set(job, nowMs + tookMsOf(job));
    }
    const next = workers.slices.toSorted((a, b) => (ends.get(a.job) ?? 0) - (ends.get(b.job) ?? 0))[0];
    assert.ok(next, "there is always work");
    nowMs = ends.get(next.job) ?? 0;
    const tookMs = tookMsOf(next.job);
    had[Number(next.job.name)] = (had[Number(next.job.name)] ?? 0) + tookMs;
    next.finish(next.job.count, tookMs);
  }
  const all = had.reduce((sum, ms) => sum + ms);
  return had.map((ms) => ms / all);

  function tookMsOf({ name }: ScanJob): number {
    return searches[Number(name)]?.[1] ?? 0;
  }
}

function endless(client: string, name: string): Task {
  return {
    client,
    nextScan: (count) => ({ name, idealDistance: 0, listedDistance: 0, start: 0n, count }),
    settled: () => {},
  };
}

function assertAbout(share: number, wanted: number): void {
  assert.ok(Math.abs(share - wanted) < 0.1 * wanted, `its share is ${share} instead of ${wanted}`);
}
