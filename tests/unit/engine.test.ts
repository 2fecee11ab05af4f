import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Worker } from "node:worker_threads";
import { Engine, type Outcome, type Task } from "../../server/engine/engine.ts";
import { ThreadPool } from "../../server/engine/thread-pool.ts";
import type { SliceResult } from "../../server/engine/workers.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import type { Query } from "../../server/search/query.ts";
import { UnreadMemory } from "../../server/search/reader-queue.ts";
import { SearchEnded } from "../../server/search/report.ts";
import { Search } from "../../server/search/search.ts";
import { testEngine } from "../support/engine.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { type Match, matchesOf } from "../support/matches.ts";
import { until } from "../support/until.ts";

const engine = testEngine("reference");
after(() => engine.close());

describe("the engine", () => {
  // Minutes of work in one scan, so that only an interrupt can end it in time.
  test("interrupts a scan in the middle", { timeout: 20_000 }, async () => {
    const task = new OneScan("client", 2 ** 31);
    engine.add(task);
    await until(() => engine.tried(task) > 0);
    engine.interrupt(task);
    const result = await task.result;
    assert.ok(result && result.tried > 0 && result.tried < 2 ** 31);
    engine.remove(task);
    assert.equal(engine.busy, 0);
  });

  test("interrupts only what starts at or after the index", { timeout: 20_000 }, async () => {
    const [before, beyond] = [new OneScan("client", 500_000, 0n), new OneScan("client", 2 ** 31, 1_000_000n)];
    engine.add(before);
    engine.add(beyond);
    await until(() => engine.tried(beyond) > 0);
    for (const task of [before, beyond]) engine.interrupt(task, 1_000_000n);
    assert.equal((await before.result)?.tried, 500_000);
    assert.ok(((await beyond.result)?.tried ?? 0) < 2 ** 31);
    for (const task of [before, beyond]) engine.remove(task);
  });

  test("an interrupt that comes too late leaves the next scan alone", async () => {
    const first = new OneScan("client", 10);
    engine.add(first);
    await first.result;
    engine.interrupt(first);
    engine.remove(first);
    const second = new OneScan("client", 5000);
    engine.add(second);
    assert.equal((await second.result)?.tried, 5000);
    engine.remove(second);
  });
});

describe("the thread that everything passes through", () => {
  // Handling one answer takes as long as the next scan, so that it has always
  // come by then: the port would hand over one after the other in the same turn.
  test("takes no more answers in one turn of the event loop than there are workers", async () => {
    const turns = countTurns();
    const answers = new Map<number, number>();
    const task = new ManyScans(100, () => {
      answers.set(turns.now(), (answers.get(turns.now()) ?? 0) + 1);
      // Microtasks, in which readers take matches, belong to the same turn.
      queueMicrotask(() => burn(3));
    });
    engine.add(task);
    await task.done;
    turns.stop();
    engine.remove(task);
    const most = Math.max(...answers.values());
    assert.ok(most <= engine.workers, `${most} answers in one turn`);
  });
});

test("many slices are given out over several turns of the event loop", async () => {
  const workers = new FakeWorkers(64);
  const own = new Engine(workers);
  const turns = countTurns();
  const task = new ManyScans(64, () => {}, own);
  own.add(task);
  const perTurn = new Map<number, number>();
  while (workers.busy < 64) {
    const before = workers.busy;
    await new Promise(setImmediate);
    perTurn.set(turns.now(), (perTurn.get(turns.now()) ?? 0) + workers.busy - before);
  }
  turns.stop();
  assert.ok(Math.max(...perTurn.values()) <= 8, `${[...perTurn.values()]} in one turn`);
  for (const slice of [...workers.slices]) slice.finish(1);
  await task.done;
});

describe("a worker that is killed", () => {
  const threads: Worker[] = [];
  const note = (worker: Worker): void => void threads.push(worker);
  const crashes: Error[] = [];
  let own: Engine;
  before(() => {
    process.on("worker", note);
    own = new Engine(
      new ThreadPool({ size: 2, kernel: "reference", onCrash: (error) => crashes.push(error) }),
    );
  });
  after(async () => {
    process.off("worker", note);
    await own.close();
  });

  test("is replaced, its range redone, its search unharmed", async () => {
    const disturbed = search("doctor");
    const reader = matchesOf(disturbed);
    for (let kills = 0; kills < 2; kills++) {
      const known = threads.length;
      const before = disturbed.nextIndex;
      await threads.at(-1 - kills)?.terminate();
      await until(() => threads.length > known && own.busy === 2 && disturbed.nextIndex > before);
    }
    const indexes = await first(30, reader);
    disturbed.end("cancelled");
    assert.equal((await disturbed.ended).workersUsed, 2);
    const undisturbed = search("doctor");
    assert.deepEqual(indexes, await first(30, matchesOf(undisturbed)));
    undisturbed.end("cancelled");
    await undisturbed.ended;
    assert.equal(own.busy, 0);
  });

  test("makes its search a failure when its range kills every worker", async () => {
    // No kernel can read a name that is none: the thread throws.
    const fatal = search(undefined as unknown as string);
    await assert.rejects(fatal.answer(), SearchEnded);
    assert.equal((await fatal.ended).cause, "failure");
    assert.ok(crashes.length >= 3);
    assert.equal(own.busy, 0);
  });

  /** Of matches within 2 of the name, about one in 3,000. */
  function search(name: string): Search {
    const query: Query = {
      name,
      idealDistance: -1,
      listedDistance: 2,
      start: 0n,
      end: 1n << 60n,
      budgeted: false,
    };
    const begun = new Search(own, { id: "test", client: "test", query, memory: new UnreadMemory(2 ** 30) });
    begun.begin();
    return begun;
  }
});

async function first(count: number, reader: AsyncGenerator<Match>): Promise<bigint[]> {
  const indexes: bigint[] = [];
  while (indexes.length < count) indexes.push((await reader.next()).value.index);
  return indexes;
}

/** Turns of the event loop, counted from now on. */
function countTurns(): { now(): number; stop(): void } {
  let turns = 0;
  let next: NodeJS.Immediate;
  const turn = (): void => {
    turns++;
    next = setImmediate(turn);
  };
  next = setImmediate(turn);
  return { now: () => turns, stop: () => clearImmediate(next) };
}

function burn(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** A task of so many tiny scans; hears of each that has settled. */
class ManyScans implements Task {
  readonly client = "client";
  readonly done: Promise<void>;
  readonly #engine: Engine;
  #toGive: number;
  #toSettle: number;
  readonly #onSettled: () => void;
  readonly #resolve: () => void;

  constructor(scans: number, onSettled: () => void, on = engine) {
    this.#engine = on;
    this.#toGive = scans;
    this.#toSettle = scans;
    this.#onSettled = onSettled;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#resolve = resolve;
  }

  nextScan(): ScanJob | undefined {
    if (this.#toGive === 0) return undefined;
    this.#toGive--;
    return { name: "zzzzzzzzzzzz", idealDistance: 0, listedDistance: 0, start: 0n, count: 1 };
  }

  settled(): void {
    this.#onSettled();
    // As a search does when it has more to scan.
    this.#engine.wake(this);
    if (--this.#toSettle === 0) this.#resolve();
  }
}

/** A task of exactly one scan, whatever slice it is offered. */
class OneScan implements Task {
  readonly client: string;
  readonly result: Promise<SliceResult | undefined>;
  #job: ScanJob | undefined;
  readonly #settle: (result: SliceResult | undefined) => void;

  constructor(client: string, count: number, start = 0n) {
    this.client = client;
    this.#job = { name: "zzzzzzzzzzzz", idealDistance: 0, listedDistance: 0, start, count };
    const { promise, resolve } = Promise.withResolvers<SliceResult | undefined>();
    this.result = promise;
    this.#settle = resolve;
  }

  nextScan(): ScanJob | undefined {
    const job = this.#job;
    this.#job = undefined;
    return job;
  }

  settled(_job: ScanJob, { result }: Outcome): void {
    this.#settle(result);
  }
}
