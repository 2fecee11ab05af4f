import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Worker } from "node:worker_threads";
import { Engine, type Task } from "../../server/engine/engine.ts";
import type { ScanJob, ScanResult } from "../../server/kernel/scan.ts";
import type { Match } from "../../server/search/match.ts";
import type { Query } from "../../server/search/query.ts";
import { SearchEnded } from "../../server/search/report.ts";
import { Search } from "../../server/search/search.ts";
import { testEngine } from "../support/engine.ts";
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
    const [before, beyond] = [
      new OneScan("client", 2_000_000, 0n),
      new OneScan("client", 2 ** 31, 1_000_000n),
    ];
    engine.add(before);
    engine.add(beyond);
    await until(() => engine.tried(beyond) > 0);
    for (const task of [before, beyond]) engine.interrupt(task, 1_000_000n);
    assert.equal((await before.result)?.tried, 2_000_000);
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

describe("a worker that is killed", () => {
  const threads: Worker[] = [];
  const note = (worker: Worker): void => void threads.push(worker);
  const crashes: Error[] = [];
  let own: Engine;
  before(() => {
    process.on("worker", note);
    own = new Engine({ workers: 2, kernel: "reference", onCrash: (error) => crashes.push(error) });
  });
  after(async () => {
    process.off("worker", note);
    await own.close();
  });

  test("is replaced, its range redone, its search unharmed", { timeout: 30_000 }, async () => {
    const disturbed = search("doctor");
    const reader = disturbed.matches();
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
    assert.deepEqual(indexes, await first(30, undisturbed.matches()));
    undisturbed.end("cancelled");
    await undisturbed.ended;
    assert.equal(own.busy, 0);
  });

  test("makes its search a failure when its range kills every worker", { timeout: 30_000 }, async () => {
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
    const begun = new Search(own, { id: "test", client: "test", query });
    begun.begin();
    return begun;
  }
});

async function first(count: number, reader: AsyncGenerator<Match>): Promise<bigint[]> {
  const indexes: bigint[] = [];
  while (indexes.length < count) indexes.push((await reader.next()).value.index);
  return indexes;
}

/** A task of exactly one scan, whatever slice it is offered. */
class OneScan implements Task {
  readonly client: string;
  readonly result: Promise<ScanResult | undefined>;
  #job: ScanJob | undefined;
  readonly #settle: (result: ScanResult | undefined) => void;

  constructor(client: string, count: number, start = 0n) {
    this.client = client;
    this.#job = { name: "zzzzzzzzzzzz", idealDistance: 0, listedDistance: 0, start, count };
    const { promise, resolve } = Promise.withResolvers<ScanResult | undefined>();
    this.result = promise;
    this.#settle = resolve;
  }

  nextScan(): ScanJob | undefined {
    const job = this.#job;
    this.#job = undefined;
    return job;
  }

  settled(_job: ScanJob, result: ScanResult | undefined): void {
    this.#settle(result);
  }
}
