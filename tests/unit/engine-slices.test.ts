import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Engine, type Outcome, type Task } from "../../server/engine/engine.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { type FakeSlice, FakeWorkers } from "../support/fake-workers.ts";
import { until } from "../support/until.ts";

describe("the engine, on workers that do what they are told,", () => {
  test("gives a new search a quarter of a slice, then slices of its own speed", async () => {
    const { engine, workers } = engineOf(1);
    engine.add(new Endless("a"));
    assert.equal(await finished(workers, 2), (8 * 500) / 4);
    assert.equal(await finished(workers, 4), 8 * (1000 / 2));
    assert.equal(await finished(workers, 4), 8 * (0.7 * 500 + 0.3 * 1000));
    // As fast as the others so far: 500, 1,000 and 1,300 candidates a millisecond.
    const usual = 0.9 * (0.9 * 500 + 0.1 * 1000) + 0.1 * 1300;
    engine.add(new Endless("b"));
    const first = await busy(workers);
    assert.equal(clientOf(first), "b");
    assert.equal(first.job.count, Math.round((8 * usual) / 4));
  });

  test("learns nothing of a slice that was too short to be measured", async () => {
    for (const [tried, tookMs] of [
      [1000, 0],
      [1000, 0.4],
      [0, 8],
    ] as const) {
      const { engine, workers } = engineOf(1);
      engine.add(new Endless("a"));
      (await busy(workers)).finish(tried, tookMs);
      assert.equal((await busy(workers)).job.count, 1000);
    }
  });

  test("gives at least one candidate, and no more than a scan can count", async () => {
    for (const [tried, tookMs, next] of [
      [1, 1000, 1],
      [2 ** 31, 1, 2 ** 31],
    ] as const) {
      const { engine, workers } = engineOf(1);
      engine.add(new Endless("a"));
      (await busy(workers)).finish(tried, tookMs);
      assert.equal((await busy(workers)).job.count, next);
    }
  });

  test("counts what is settled, what still runs, and what a crashed worker had told", async () => {
    const { engine, workers } = engineOf(2);
    const task = new Endless("a");
    engine.add(task);
    await until(() => workers.busy === 2);
    const [first, second] = workers.slices as [FakeSlice, FakeSlice];
    first.tried = 100;
    second.tried = 20;
    assert.deepEqual([engine.tried(task), engine.hashes], [120, 120]);
    first.crash();
    assert.deepEqual([engine.tried(task), engine.hashes], [20, 120]);
    second.finish(900);
    assert.deepEqual([engine.tried(task), engine.hashes], [0, 1000]);
    assert.deepEqual(
      task.outcomes.map(({ result, computed }) => [result?.tried, computed]),
      [
        [undefined, 100],
        [900, 900],
      ],
    );
  });

  test("interrupts what starts at the index or after it, and nothing that has settled", async () => {
    const { engine, workers } = engineOf(4);
    const task = new Endless("a");
    engine.add(task);
    engine.add(new Endless("b"));
    await until(() => workers.busy === 4);
    const [gone, other, middle, others] = workers.slices as FakeSlice[] as [
      FakeSlice,
      FakeSlice,
      FakeSlice,
      FakeSlice,
    ];
    assert.deepEqual([gone, other, middle, others].map(clientOf), ["a", "b", "a", "b"]);
    gone.finish(1000);
    await until(() => workers.busy === 4);
    const last = workers.slices.at(-1) as FakeSlice;
    assert.equal(clientOf(last), "a");
    engine.interrupt(task, last.job.start);
    assert.deepEqual(marks(), [false, false, true]);
    engine.interrupt(task);
    assert.deepEqual(marks(), [false, true, true]);
    assert.ok(!other.isInterrupted && !others.isInterrupted);

    function marks(): boolean[] {
      return [gone, middle, last].map(({ isInterrupted }) => isInterrupted);
    }
  });

  test("gives a search that was removed no more, and others of its client their slices", async () => {
    const { engine, workers } = engineOf(1);
    const [left, stays] = [new Endless("a"), new Endless("a")];
    engine.add(left);
    engine.add(stays);
    (await busy(workers)).finish(1000);
    engine.remove(left);
    for (let i = 0; i < 3; i++) await finished(workers, 8);
    assert.equal(left.given, 1);
    assert.ok(stays.given >= 3);
    // Whoever is not known is not woken either.
    engine.wake(left);
    engine.interrupt(left);
    engine.remove(left);
    assert.equal(engine.tried(left), 0);
    (await busy(workers)).finish(1000);
    engine.remove(stays);
    await setImmediate();
    assert.equal(workers.busy, 0);
    // The client is forgotten with its last search, and known again with its next.
    engine.add(left);
    assert.equal(clientOf(await busy(workers)), "a");
  });

  test("asks a search that had nothing to give again only when it is woken", async () => {
    const { engine, workers } = engineOf(1);
    const [resting, other] = [new Endless("a"), new Endless("b")];
    resting.rests = true;
    engine.add(resting);
    engine.add(other);
    for (let i = 0; i < 5; i++) await finished(workers, 8);
    assert.deepEqual([resting.asked, resting.given], [1, 0]);
    resting.rests = false;
    engine.wake(resting);
    for (let i = 0; i < 5; i++) await finished(workers, 8);
    assert.ok(resting.given >= 2, `${resting.given} of 5`);
  });

  test("wakes a client whose only search rested, while nobody else works", async () => {
    const { engine, workers } = engineOf(1);
    const task = new Endless("a");
    task.rests = true;
    engine.add(task);
    await until(() => task.asked === 1);
    task.rests = false;
    engine.wake(task);
    assert.equal(clientOf(await busy(workers)), "a");
  });

  test("gives out nothing once it is closed", async () => {
    const { engine, workers } = engineOf(1);
    engine.add(new Endless("a"));
    await engine.close();
    await setImmediate();
    assert.equal(workers.busy, 0);
  });
});

function engineOf(size: number): { engine: Engine; workers: FakeWorkers } {
  const workers = new FakeWorkers(size);
  return { engine: new Engine(workers), workers };
}

/** Waits for a slice and finishes it in full after so long; how many candidates it had. */
async function finished(workers: FakeWorkers, tookMs: number): Promise<number> {
  const slice = await busy(workers);
  slice.finish(slice.job.count, tookMs);
  return slice.job.count;
}

async function busy(workers: FakeWorkers): Promise<FakeSlice> {
  await until(() => workers.busy > 0);
  return workers.slices[0] as FakeSlice;
}

function clientOf({ job }: FakeSlice): string {
  return job.name;
}

/** A task that always has more to scan, unless it rests; its scans are named for its client. */
class Endless implements Task {
  readonly client: string;
  readonly outcomes: Outcome[] = [];
  rests = false;
  asked = 0;
  given = 0;
  #start = 0n;

  constructor(client: string) {
    this.client = client;
  }

  nextScan(count: number): ScanJob | undefined {
    this.asked++;
    if (this.rests) return undefined;
    this.given++;
    const start = this.#start;
    this.#start += BigInt(count);
    return { name: this.client, idealDistance: 0, listedDistance: 0, start, count };
  }

  settled(_job: ScanJob, outcome: Outcome): void {
    this.outcomes.push(outcome);
  }
}
