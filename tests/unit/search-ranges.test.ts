import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Engine } from "../../server/engine/engine.ts";
import { UnreadMemory } from "../../server/search/reader-queue.ts";
import { SearchEnded } from "../../server/search/report.ts";
import { Search } from "../../server/search/search.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { until } from "../support/until.ts";

const plenty = 2 ** 30;

describe("beside a range that does not come back, a search gives out", () => {
  test("so many ranges that hold matches as wait in order, and no more", async () => {
    const { workers, ended, given } = searching({ threads: 3, name: "zz" });
    await until(() => workers.busy === 3);
    // Each candidate is a match.
    while (workers.busy > 1) {
      given();
      workers.slices[1]?.compute(100);
      await turns();
    }
    // Two for each worker, and two.
    assert.equal(given().size, 8);
    const [first] = workers.slices;
    assert.equal(first?.job.start, 0n);
    first.compute(100);
    await until(() => workers.busy === 3);
    await ended();
  });

  test("any number of ranges that hold none", async () => {
    const { workers, ended, given } = searching({ threads: 3, name: "zzzzzzzz" });
    await until(() => workers.busy === 3);
    for (let i = 0; i < 50; i++) {
      workers.slices[1]?.finish(8);
      await until(() => workers.busy === 3);
      given();
    }
    assert.ok(given().size > 50);
    await ended();
  });
});

describe("while the readers of all searches have too much to read, a search", () => {
  test("is given no more than brings about a batch, by its matches so far", async () => {
    // Room for nothing.
    const { search, workers, ended } = searching({ name: "zz", rate: 100_000, limitBytes: 0 });
    const batches = search.batches();
    const taken = batches.next();
    await until(() => workers.busy === 1);
    const [first] = workers.slices;
    assert.equal(first?.job.count, 500, "as if each were a match");
    first.compute(250);
    await taken;
    const next = batches.next();
    next.catch(() => {});
    await until(() => workers.busy === 1);
    assert.equal(workers.slices[0]?.job.count, 250, "the rest");
    // Fast enough for a slice of more than that.
    workers.slices[0]?.finish(250, 0.6);
    await until(() => workers.busy === 1);
    // Of 500, 250 were matches: 500 come from about 1,000.
    assert.equal(workers.slices[0]?.job.count, Math.ceil((500 * 501) / 251));
    await ended();
    await assert.rejects(next, SearchEnded);
  });

  test("that finds little gets as much as ever", async () => {
    const { workers, ended } = searching({ name: "zzzzzzzz", limitBytes: 0 });
    await until(() => workers.busy === 1);
    const [first] = workers.slices;
    assert.equal(first?.job.count, 8);
    first.finish(8);
    await until(() => workers.busy === 1);
    assert.equal(workers.slices[0]?.job.count, 8);
    await ended();
  });
});

describe("a search", () => {
  test("that has ended while it waited does not begin", async () => {
    const workers = new FakeWorkers(1);
    const search = searchOn(workers, "zzzzzzzz");
    assert.equal(search.elapsedMs, 0, "waiting is no work");
    search.end("cancelled");
    search.begin();
    await turns();
    assert.equal(workers.busy, 0);
    assert.equal(search.elapsedMs, 0);
    const { workersUsed, endingSeenAfterMs, workersIdleAfterMs, usedWorkers, hops } = await search.ended;
    assert.deepEqual([workersUsed, endingSeenAfterMs, workersIdleAfterMs], [0, 0, 0]);
    assert.deepEqual([usedWorkers, hops], [[], []]);
  });

  test("has computed nothing when its rate is measured first", async (t) => {
    t.mock.method(performance, "now", () => 50_000);
    const { search, ended } = searching({ threads: 0 });
    search.rate.sample(60_000, 5000);
    assert.equal(search.rate.perSecond, 500);
    await ended();
  });

  test("reckons with its speed from its first candidate on", async () => {
    const { search, workers, ended } = searching({});
    await until(() => workers.busy === 1);
    assert.equal(search.remainingMs(0), undefined);
    workers.slices[0]?.finish(1);
    assert.ok((search.remainingMs(0) ?? 0) > 0);
    await ended();
  });

  test("pays no heed to a range that it never gave out", async () => {
    const { search, workers, ended } = searching({});
    await until(() => workers.busy === 1);
    const [slice] = workers.slices;
    assert.ok(slice);
    const unknown = { ...slice.job };
    const [worker, result, hop, trace] = [{}, undefined, undefined, undefined];
    search.settled(unknown, { worker, result, computed: 5, hop, trace });
    assert.equal(search.hashes, 0n);
    await ended();
  });

  test("has no answer before it was taken, and then the ideal match", async () => {
    const { search, workers } = searching({ name: "cat", rate: 100_000 });
    await until(() => workers.busy === 1);
    const answer = search.answer();
    const before = search.ideal;
    workers.slices[0]?.compute(2000);
    const unread = search.ideal;
    assert.deepEqual([before, unread], [undefined, undefined]);
    const ideal = await answer;
    assert.equal(search.ideal, ideal);
    assert.equal(ideal.endsIdeal, true);
    assert.equal(search.answer(), search.answer(), "any number of callers may wait for it");
    const report = await search.ended;
    assert.equal(search.report, report);
    assert.equal(report.matchesSent, 1n);
    assert.equal(report.startIndex, 0n);
  });

  test("ends for the cause of its last caller, whoever leaves twice", async () => {
    const { search, workers } = searching({});
    await until(() => workers.busy === 1);
    const [first, second, third] = [search.join(), search.join(), search.join()];
    assert.deepEqual([first("deadline"), first("deadline"), second("deadline")], [true, true, true]);
    assert.equal(workers.slices[0]?.isInterrupted, false);
    assert.deepEqual([third("shutdown"), third("cancelled"), first("cancelled")], [false, false, false]);
    assert.equal(workers.slices[0]?.isInterrupted, true);
    workers.slices[0]?.finish(0);
    assert.equal((await search.ended).cause, "shutdown");
  });

  test("gives out nothing after its end, and reports once its last range is back", async () => {
    const { search, workers } = searching({ threads: 2 });
    await until(() => workers.busy === 2);
    search.end("cancelled");
    assert.equal(search.nextScan(1000), undefined);
    workers.slices[1]?.finish(3);
    await turns();
    assert.equal(search.report, undefined);
    assert.equal(workers.busy, 1, "nothing new is begun");
    workers.slices[0]?.finish(5);
    const { hashesComputed, nextIndex, workers: all } = await search.ended;
    assert.deepEqual([hashesComputed, nextIndex, all], [8n, 5n, 2]);
  });
});

interface Setting {
  readonly threads?: number;
  readonly name?: string;
  /** Candidates a millisecond; a first slice is 2 ms. */
  readonly rate?: number;
  readonly limitBytes?: number;
}

function searching({ threads = 1, name = "zzzzzzzz", rate = 4, limitBytes = plenty }: Setting) {
  const workers = new FakeWorkers(threads, rate);
  const search = searchOn(workers, name, limitBytes);
  search.begin();
  const starts = new Set<bigint>();
  /** Where the ranges started that were seen so far. */
  const given = (): ReadonlySet<bigint> => {
    for (const { job } of workers.slices) starts.add(job.start);
    return starts;
  };
  const ended = async (): Promise<void> => {
    search.end("cancelled");
    for (const slice of [...workers.slices]) slice.finish(0);
    await search.ended;
  };
  return { search, workers, given, ended };
}

function searchOn(workers: FakeWorkers, name: string, limitBytes = plenty): Search {
  const query = {
    name,
    idealDistance: name === "zz" ? -1 : 0,
    listedDistance: name === "zz" ? 2 : 0,
    start: 0n,
    end: 2n ** 60n,
    budgeted: true,
  };
  const memory = new UnreadMemory(limitBytes);
  return new Search(new Engine(workers), { id: "test", client: "test", query, memory });
}

/** What the engine has put off has been done. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
}
