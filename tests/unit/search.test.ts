import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import fc from "fast-check";
import { Engine } from "../../server/engine/engine.ts";
import type { Hop } from "../../server/engine/workers.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import type { Query } from "../../server/search/query.ts";
import { UnreadMemory } from "../../server/search/reader-queue.ts";
import { type Report, SearchEnded } from "../../server/search/report.ts";
import { Search } from "../../server/search/search.ts";
import { testEngine } from "../support/engine.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { answerOf, type Match, matchAt, matchesOf } from "../support/matches.ts";
import { assertSameLists } from "../support/same-lists.ts";
import { until } from "../support/until.ts";
import { golden } from "../support/vectors.ts";

/** What is searched beyond a recorded find: a kernel that computes something else must not search for ever. */
const beyondFind = 100_000;

const engine = testEngine("simd-x2");
after(() => engine.close());

const silent = {
  serverInstance: "silent",
  serverName: "silent",
  hashes: 0,
  hashesAfterInterrupt: 0,
  interruptSeenAfterMs: undefined,
  idleAfterMs: 0,
  isConfirmed: false,
  behind: [],
} satisfies Partial<Hop>;

describe("a search", () => {
  for (const find of golden.find) {
    test(`finds ${find.desired_name} within ${find.ideal_hamming_distance} first in order, on two workers`, async () => {
      const search = start({
        name: find.desired_name,
        idealDistance: find.ideal_hamming_distance,
        end: BigInt(find.hashes_computed + beyondFind),
      });
      const match = await answerOf(search);
      assert.equal(match.secret, find.secret);
      assert.equal(match.hash, find.hashed_name);
      assert.equal(match.distance, find.hamming_distance);
      assert.equal(Number(match.index) + 1, find.hashes_computed);
      const report = await search.ended;
      assert.equal(report.cause, "found");
      assert.equal(Number(report.nextIndex), find.hashes_computed);
      assert.ok(report.hashesComputed >= BigInt(find.hashes_computed));
      assertIdle();
    });
  }

  test("streams every match in order until the budget is spent", async () => {
    const search = start({ name: "doctor", listedDistance: 3, end: 200_000n });
    const { matches, report } = await read(search);
    assertSameLists(matches, plainly(search.query));
    assert.equal(matches.length, 2490);
    assert.equal(report.cause, "budget");
    assert.equal(report.nextIndex, 200_000n);
    assert.equal(report.hashesComputed, 200_000n);
    assert.equal(report.matchesSent, 2490n);
  });

  test("ends at the end of the space", async () => {
    const end = 2n ** 64n - 1n;
    const search = start({ name: "zzzzzzzz", start: end - 5000n, end, budgeted: false });
    const { report } = await read(search);
    assert.equal(report.cause, "space exhausted");
    assert.equal(report.nextIndex, end);
  });

  test("keeps its first cause", async () => {
    const search = start({ name: "zzzzzzzz" });
    search.end("deadline");
    search.end("cancelled");
    assert.equal((await search.ended).cause, "deadline");
    search.end("shutdown");
    assert.equal((await search.ended).cause, "deadline");
    await assert.rejects(answerOf(search), SearchEnded);
    assertIdle();
  });

  test("lives until its last caller has left, once each", async () => {
    const search = start({ name: "zzzzzzzz" });
    const [first, second] = [search.join(), search.join()];
    // Whether others stay.
    assert.equal(first("cancelled"), true);
    assert.equal(first("cancelled"), true);
    assert.equal(search.report, undefined);
    assert.equal(second("deadline"), false);
    assert.equal((await search.ended).cause, "deadline");
  });

  test("stops for a reader that stops, and goes on with it", async () => {
    const search = start({ name: "zz", idealDistance: -1, listedDistance: 2, end: 60_000n });
    const reader = matchesOf(search);
    const matches = [(await reader.next()).value as Match];
    await untilStalled(search);
    assert.ok(search.nextIndex < 60_000n, "the search must not run ahead of its reader");
    assert.equal(engine.busy, 0);
    const { matches: rest } = await read(search, reader);
    matches.push(...rest);
    assertSameLists(
      matches.map(({ index }) => Number(index)),
      Array.from({ length: 60_000 }, (_, index) => index),
    );
  });

  test("counts what a worker had computed when it crashes after the end", async () => {
    const workers = new FakeWorkers(1);
    const search = start({ name: "zzzzzzzz" }, new Engine(workers));
    await until(() => workers.busy === 1);
    const [slice] = workers.slices;
    assert.ok(slice);
    slice.tried = 3000;
    search.end("cancelled");
    assert.ok(slice.isInterrupted);
    slice.tried = 5000;
    slice.crash();
    const { hashesComputed, hashesAfterEnding, nextIndex } = await search.ended;
    assert.deepEqual(
      { hashesComputed, hashesAfterEnding, nextIndex },
      { hashesComputed: 5000n, hashesAfterEnding: 2000n, nextIndex: 0n },
    );
  });

  test("reports each worker that had ranges of it, and which of them are done", async () => {
    const workers = new FakeWorkers(3);
    const search = start({ name: "zzzzzzzz" }, new Engine(workers));
    await until(() => workers.busy === 3);
    const [twice, once, well] = workers.slices;
    assert.ok(twice && once && well);
    const lost = (endsWithinMs: number): Hop => ({ ...silent, endsWithinMs });
    twice.crash(lost(60_000));
    await until(() => workers.busy === 3);
    // The same worker again: the one that was idle.
    const again = workers.slices.find(({ worker }) => worker === twice.worker);
    assert.ok(again);
    again.crash(lost(60_000));
    search.end("cancelled");
    once.crash(lost(0));
    well.finish(1);
    const report = await search.ended;
    assert.deepEqual([report.workersUsed, report.workersIdle], [3, 2]);
    assert.equal(report.hops[0]?.unconfirmed, 3, "ranges are counted, not workers");
  });

  test("has a report that is final, also when the time of what was not confirmed is over", async () => {
    const workers = new FakeWorkers(1);
    const search = start({ name: "zzzzzzzz" }, new Engine(workers));
    await until(() => workers.busy === 1);
    search.end("cancelled");
    workers.slices[0]?.crash({ ...silent, endsWithinMs: 200 });
    const report = await search.ended;
    const madeMs = performance.now();
    const [hop] = report.hops;
    assert.ok(hop && hop.endsWithinMs > 0 && hop.endsWithinMs <= 200);
    const said = structuredClone(report);
    await until(() => performance.now() > madeMs + 200);
    assert.deepEqual(search.report, said);
    assert.deepEqual([said.workersUsed, said.workersIdle, hop.unconfirmed], [1, 0, 1]);
  });

  test("tells of what was not confirmed before only that its time is over", async () => {
    const workers = new FakeWorkers(1);
    const search = start({ name: "zzzzzzzz" }, new Engine(workers));
    await until(() => workers.busy === 1);
    workers.slices[0]?.crash({ ...silent, endsWithinMs: 1 });
    const overMs = performance.now() + 1;
    await until(() => workers.busy === 1 && performance.now() > overMs);
    search.end("cancelled");
    workers.slices[0]?.finish(1);
    const { workersUsed, workersIdle, hops } = await search.ended;
    assert.deepEqual([workersUsed, workersIdle], [1, 1]);
    assert.deepEqual([hops[0]?.unconfirmed, hops[0]?.endsWithinMs], [1, 0]);
  });

  test("tells the time of its end and the time when its workers were idle apart", async () => {
    const workers = new FakeWorkers(1);
    const beforeMs = performance.timeOrigin + performance.now();
    const search = start({ name: "zzzzzzzz" }, new Engine(workers));
    await until(() => workers.busy === 1 && search.elapsedMs > 10);
    const least = search.elapsedMs;
    search.end("cancelled");
    const most = search.elapsedMs;
    await until(() => search.elapsedMs > most + 20);
    const idle = search.elapsedMs;
    workers.slices[0]?.finish(1);
    const { startedAtMs, endingSeenAfterMs, workersIdleAfterMs } = await search.ended;
    assertBetween(endingSeenAfterMs, [least, most]);
    assertBetween(workersIdleAfterMs, [idle, search.elapsedMs]);
    assertBetween(startedAtMs, [beforeMs, beforeMs + 5000]);
  });

  test("outlives any number of crashes, as long as no range crashes three workers", async () => {
    const workers = new FakeWorkers(2);
    const search = start({ name: "zzzzzzzz", end: 100_000n }, new Engine(workers));
    const answered = assert.rejects(answerOf(search), SearchEnded);
    // Each range crashes its first worker.
    const crashed = new Set<bigint>();
    while (!search.report) {
      await until(() => workers.busy > 0 || search.report !== undefined);
      const [slice] = workers.slices;
      if (!slice) continue;
      if (crashed.has(slice.job.start)) slice.finish(Math.min(2000, slice.job.count));
      else slice.crash();
      crashed.add(slice.job.start);
    }
    await answered;
    assert.equal(search.report.cause, "budget");
    assert.ok(crashed.size > 9, `${crashed.size} crashes`);
  });

  for (const [hop, most, of] of [
    [undefined, 3, "workers"],
    [{ ...silent, hashes: 10, endsWithinMs: 0 }, 9, "other servers, which go away for reasons of their own"],
  ] as const) {
    test(`fails when one range has crashed ${most} ${of}`, async () => {
      const workers = new FakeWorkers(1);
      const search = start({ name: "zzzzzzzz" }, new Engine(workers));
      const answered = assert.rejects(answerOf(search), SearchEnded);
      for (let crashes = 0; crashes < most; crashes++) {
        await until(() => workers.busy === 1);
        assert.equal(search.report, undefined);
        workers.slices[0]?.crash(hop);
      }
      await answered;
      const { cause, hops } = await search.ended;
      assert.equal(cause, "failure");
      assert.deepEqual(
        hops.map(({ serverInstance, hashes }) => [serverInstance, hashes]),
        hop ? [["silent", 90n]] : [],
      );
    });
  }

  test("does not blame a range for servers that never took it", async () => {
    const workers = new FakeWorkers(1);
    const search = start({ name: "zzzzzzzz", end: 1000n }, new Engine(workers));
    const answered = assert.rejects(answerOf(search), SearchEnded);
    for (let refused = 0; refused < 100; refused++) {
      await until(() => workers.busy === 1 || search.report !== undefined);
      assert.equal(search.report, undefined);
      workers.slices[0]?.crash({ ...silent, serverInstance: "", serverName: "", endsWithinMs: 0 });
    }
    await until(() => workers.busy === 1);
    while (!search.report) {
      workers.slices[0]?.finish(workers.slices[0].job.count);
      await until(() => workers.busy === 1 || search.report !== undefined);
    }
    await answered;
    assert.equal(search.report.cause, "budget");
  });

  test("forgets the crashes of a range that a worker gave back in good health", async () => {
    const workers = new FakeWorkers(1);
    const search = start({ name: "zzzzzzzz", end: 1000n }, new Engine(workers));
    const answered = assert.rejects(answerOf(search), SearchEnded);
    for (const does of ["crash", "crash", "give back", "crash", "crash", "finish"]) {
      await until(() => workers.busy === 1);
      const [slice] = workers.slices;
      assert.ok(slice);
      assert.equal(slice.job.start, 0n);
      if (does === "crash") slice.crash();
      else slice.finish(does === "finish" ? slice.job.count : 0);
    }
    await answered;
    assert.equal(search.report?.cause, "budget");
  });

  test("lets go of what lies behind an ideal match, and waits for what lies before it", async () => {
    const workers = new FakeWorkers(3);
    // The first "cat" is candidate 1,520: in the second of three slices of 1,000.
    const search = start({ name: "cat" }, new Engine(workers));
    const answer = answerOf(search);
    await until(() => workers.busy === 3);
    const [before, within, behind] = workers.slices;
    assert.ok(before && within && behind);
    assert.equal(within.compute(1000), 521);
    assert.deepEqual([before.isInterrupted, behind.isInterrupted], [false, true]);
    behind.finish(0);
    before.compute(1000);
    assert.equal((await answer).index, 1520n);
    const { cause, nextIndex, hashesComputed } = await search.ended;
    assert.deepEqual(
      { cause, nextIndex, hashesComputed },
      { cause: "found", nextIndex: 1521n, hashesComputed: 1521n },
    );
  });

  test("with the readers' memory full, stalled readers cost a batch or two each", async () => {
    const memory = new UnreadMemory(2 ** 20);
    const stalled = Array.from({ length: 60 }, () =>
      start({ name: "zz", idealDistance: -1, listedDistance: 2 }, engine, memory),
    );
    const readers = stalled.map((search) => matchesOf(search));
    for (const reader of readers) await reader.next();
    for (const search of stalled) await untilStalled(search);
    assert.ok(memory.bytes < 8_000_000, `${memory.bytes} bytes wait`);
    for (const search of stalled) search.end("cancelled");
    await Promise.all(stalled.map(({ ended }) => ended));
    assert.equal(memory.bytes, 0);
  });

  test("holds a bounded number of ranges with matches while the first one is missing", async () => {
    const workers = new FakeWorkers(2);
    const search = start({ name: "zz", idealDistance: -1, listedDistance: 2 }, new Engine(workers));
    await until(() => workers.busy === 2);
    const [missing] = workers.slices;
    const given = new Set<bigint>();
    for (let turns = 0; turns < 50; turns++) {
      for (const slice of workers.slices) given.add(slice.job.start);
      const other = workers.slices.find((slice) => slice !== missing);
      other?.compute(other.job.count);
      await new Promise(setImmediate);
    }
    assert.equal(given.size, 2 * 2 + 2);
    search.end("cancelled");
    missing?.finish(0);
    await search.ended;
  });

  test("tells its reader that it has ended, also before any worker had it", async () => {
    const search = start({ name: "zzzzzzzz" }, new Engine(new FakeWorkers(0)));
    const reading = matchesOf(search).next();
    search.end("cancelled");
    await assert.rejects(reading, SearchEnded);
  });

  test("says how long it will take at most, by its budget at its speed so far and by its time limit", async () => {
    const workers = new FakeWorkers(1);
    const search = start({ name: "zzzzzzzz", start: 10_000n, end: 14_000n }, new Engine(workers));
    await until(() => search.elapsedMs > 20 && workers.busy === 1);
    // Nothing says how fast it is, yet.
    assert.equal(search.remainingMs(0), undefined);
    assertBetween(search.remainingMs(60_000), [59_000, 59_980]);
    workers.slices[0]?.finish(1000);
    // Three times what a quarter took.
    const before = search.elapsedMs;
    const remaining = search.remainingMs(0);
    assertBetween(remaining, [3 * before, 3 * search.elapsedMs]);
    assertBetween(search.remainingMs(60_000), [3 * before, 3 * search.elapsedMs]);
    assert.equal(search.remainingMs(1), 0);
    search.end("cancelled");
    await search.ended;
  });

  test("has a rate from its first sample on, since its work began", async () => {
    const search = start({ name: "zzzzzzzz" }, new Engine(new FakeWorkers(1)));
    search.rate.sample(performance.now() + 10_000, 5000);
    assertBetween(search.rate.perSecond, [450, 500]);
    search.end("cancelled");
  });

  test("without a budget, has no end to reckon with", async () => {
    const workers = new FakeWorkers(1);
    const search = start({ name: "zzzzzzzz", budgeted: false }, new Engine(workers));
    await until(() => workers.busy === 1);
    workers.slices[0]?.finish(1000);
    assert.equal(search.remainingMs(0), undefined);
    search.end("cancelled");
    await search.ended;
  });

  test("has one reader", async () => {
    const search = start({ name: "zzzzzzzz" });
    const first = matchesOf(search).next();
    await assert.rejects(matchesOf(search).next(), /has a reader already/);
    search.end("cancelled");
    await assert.rejects(first, SearchEnded);
  });

  test("continued at next_index, repeats no match and loses none, wherever it was stopped", async () => {
    const whole = plainly(queryOf({ name: "doctor", listedDistance: 2, end: 300_000n })).map(
      ({ index }) => index,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }), async (stops) => {
        const found: bigint[] = [];
        let next = 0n;
        for (const stop of [...stops, Number.POSITIVE_INFINITY]) {
          const search = start({ name: "doctor", listedDistance: 2, start: next, end: 300_000n });
          const { matches, report } = await read(search, matchesOf(search), stop);
          found.push(...matches.map(({ index }) => index));
          assert.ok(report.nextIndex >= next);
          next = report.nextIndex;
        }
        assertSameLists(found, whole);
        assert.equal(next, 300_000n);
      }),
      { numRuns: 15 },
    );
    assertIdle();
  });
});

/** What is known of a server that says nothing more of a range. */
function start(
  options: Partial<Query> & { name: string },
  on = engine,
  memory = new UnreadMemory(2 ** 30),
): Search {
  const search = new Search(on, {
    id: "test",
    client: "test",
    query: queryOf(options),
    memory,
  });
  search.begin();
  return search;
}

function queryOf(options: Partial<Query> & { name: string }): Query {
  const idealDistance = options.idealDistance ?? 0;
  return {
    idealDistance,
    listedDistance: idealDistance,
    start: 0n,
    end: 1n << 60n,
    budgeted: true,
    ...options,
  };
}

/** Reads matches, cancels after so many of them, and waits for the report. */
async function read(
  search: Search,
  reader = matchesOf(search),
  most = Number.POSITIVE_INFINITY,
): Promise<{ matches: Match[]; report: Report }> {
  const matches: Match[] = [];
  try {
    if (most === 0) search.end("cancelled");
    for await (const match of reader) {
      matches.push(match);
      if (matches.length >= most) search.end("cancelled");
    }
  } catch (error) {
    assert.ok(error instanceof SearchEnded, String(error));
  }
  return { matches, report: await search.ended };
}

/** What the reference kernel says, on this thread. */
function plainly({ name, idealDistance, listedDistance, start, end }: Query): Match[] {
  const count = Number(end - start);
  const { matches } = scanPlainly({ name, idealDistance, listedDistance, start, count }, () => false);
  return Array.from({ length: matches.length }, (_, row) => matchAt(matches, row, start));
}

/** Waits until the engine computes nothing more for the search, in two looks. */
async function untilStalled(search: Search): Promise<void> {
  let before = -1n;
  while (engine.busy > 0 || before !== search.hashes) {
    before = search.hashes;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function assertBetween(value: number | undefined, [least, most]: readonly [number, number]): void {
  assert.ok(
    value !== undefined && value >= least && value <= most,
    `${value} instead of ${least} to ${most}`,
  );
}

function assertIdle(): void {
  assert.equal(engine.busy, 0);
}
