import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { Engine, type Outcome } from "../../server/engine/engine.ts";
import { ThreadPool } from "../../server/engine/thread-pool.ts";
import type { Hop, Settle, Slice, SliceJob, Trace } from "../../server/engine/workers.ts";
import { MatchCollector } from "../../server/kernel/match-list.ts";
import { packMatches } from "../../server/matches/pack.ts";
import { UnreadMemory } from "../../server/search/reader-queue.ts";
import type { Report } from "../../server/search/report.ts";
import { Search } from "../../server/search/search.ts";
import { computedAfter, WorkersUsed } from "../../server/search/workers-used.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { until } from "../support/until.ts";

const hop: Hop = {
  serverInstance: "a",
  serverName: "machine a",
  hashes: 100,
  hashesAfterInterrupt: 0,
  interruptSeenAfterMs: undefined,
  idleAfterMs: 8,
  isConfirmed: true,
  endsWithinMs: 0,
  behind: [],
};
const behind = { ...hop, serverInstance: "b", unconfirmed: 1, endsWithinMs: 60_000 };

describe("the report of a search says of a worker", () => {
  test("that goes on after its slice has settled that it is not idle", async () => {
    const workers = new FakeWorkers(2);
    const search = searchOn(new Engine(workers));
    await until(() => workers.busy === 2);
    search.end("cancelled");
    const [well, broken] = workers.slices;
    assert.ok(well && broken);
    well.finish(10);
    broken.goesOn = true;
    broken.finish(20);
    const { workersUsed, workersIdle, usedWorkers } = await search.ended;
    assert.deepEqual([workersUsed, workersIdle], [2, 1]);
    assert.deepEqual(
      usedWorkers.map(({ thread, isIdle }) => [thread, isIdle]),
      [
        [broken.trace.thread, false],
        [well.trace.thread, true],
      ],
      "those first that are not idle",
    );
  });

  test("that was not waited for that it is not idle, by the thread's own memory", async (t) => {
    const pool = new HastyPool({ size: 2, kernel: "reference", onCrash: () => {} });
    t.after(() => pool.close());
    const search = searchOn(new Engine(pool));
    await until(() => search.hashes > 0n);
    search.end("cancelled");
    const { workersUsed, workersIdle, usedWorkers } = await search.ended;
    assert.ok(workersUsed > 0);
    assert.equal(workersIdle, 0);
    assert.deepEqual([...new Set(usedWorkers.map(({ isIdle }) => isIdle))], [false]);
  });

  test("which thread it is, what it computed and when, by its own words", async (t) => {
    const { search, report } = await stopped(t);
    const { usedWorkers, workersUsed, workersIdle, endingSeenAfterMs, workersIdleAfterMs } = report;
    assert.deepEqual([workersUsed, workersIdle], [2, 2]);
    assert.deepEqual(usedWorkers.map(({ thread }) => thread).sort(), [1, 2]);
    assert.equal(sum(usedWorkers.map(({ hashes }) => hashes)), search.hashes);
    assert.equal(sum(usedWorkers.map((used) => used.hashesAfterEnding)), report.hashesAfterEnding);
    assert.ok(usedWorkers.some(({ interruptSeenAfterMs }) => interruptSeenAfterMs !== undefined));
    for (const { interruptSeenAfterMs, lastBusyAfterMs, serverInstance } of usedWorkers) {
      assert.equal(serverInstance, "");
      assert.ok(lastBusyAfterMs !== undefined && lastBusyAfterMs <= workersIdleAfterMs);
      if (interruptSeenAfterMs === undefined) continue;
      assert.ok(endingSeenAfterMs <= interruptSeenAfterMs && interruptSeenAfterMs <= lastBusyAfterMs);
    }
  });

  test("what it computed after the ending, and not what the others did", async () => {
    const workers = new FakeWorkers(2);
    const search = searchOn(new Engine(workers));
    await until(() => workers.busy === 2);
    const [first, second] = workers.slices;
    assert.ok(first && second);
    first.tried = 300;
    second.tried = 500;
    search.end("cancelled");
    first.finish(301);
    second.finish(700);
    const report = await search.ended;
    assert.deepEqual(
      report.usedWorkers.map(({ thread, hashes, hashesAfterEnding }) => [thread, hashes, hashesAfterEnding]),
      [
        [1, 301, 1],
        [2, 700, 200],
      ],
    );
    assert.equal(report.hashesAfterEnding, 201n);
  });

  test("nothing as computed after the ending that had come before", async () => {
    const workers = new FakeWorkers(1);
    const search = searchOn(new Engine(workers));
    for (const tried of [100, 50]) {
      await until(() => workers.busy === 1);
      workers.slices[0]?.finish(tried);
    }
    await until(() => workers.busy === 1);
    search.end("cancelled");
    workers.slices[0]?.finish(7);
    const { usedWorkers, hashesAfterEnding } = await search.ended;
    assert.equal(hashesAfterEnding, 7n);
    assert.deepEqual(
      usedWorkers.map(({ hashes, hashesAfterEnding }) => [hashes, hashesAfterEnding]),
      [[157, 7]],
    );
  });
});

describe("the workers of a search", () => {
  test("are counted all, and told of one by one up to a bound, those first that are not idle", () => {
    const used = new WorkersUsed();
    for (let thread = 1; thread <= 40; thread++) {
      used.note(outcome({ trace: trace({ thread, isOver: thread !== 39 }) }), 0);
    }
    const { workersUsed, workersIdle, usedWorkers } = used.report(0);
    assert.deepEqual([workersUsed, workersIdle, usedWorkers.length], [40, 39, 32]);
    assert.deepEqual(
      usedWorkers.slice(0, 3).map(({ thread, isIdle }) => [thread, isIdle]),
      [
        [39, false],
        [1, true],
        [2, true],
      ],
    );
  });

  test("that are threads are asked when the report is made, and not when their slices settle", () => {
    const used = new WorkersUsed();
    const noted = { ...trace({}), isOver: false };
    used.note(outcome({ trace: noted }), 0);
    assert.equal(used.report(0).workersIdle, 0);
    noted.isOver = true;
    assert.equal(used.report(0).workersIdle, 1);
  });

  test("keep what they said of their slices before, and say times from the start", () => {
    const used = new WorkersUsed();
    const worker = {};
    used.note(outcome({ worker, trace: trace({ interruptSeenAtMs: 1020, overAtMs: 1030 }) }), 3);
    used.note(outcome({ worker, computed: 11, trace: trace({ overAtMs: 1050 }) }), 4);
    assert.deepEqual(used.report(1000).usedWorkers, [
      {
        thread: 1,
        serverInstance: "",
        hashes: 21,
        hashesAfterEnding: 7,
        interruptSeenAfterMs: 20,
        lastBusyAfterMs: 50,
        isIdle: true,
      },
    ]);
    used.note(outcome({ worker, trace: trace({ interruptSeenAtMs: 1060 }) }), 0);
    const [told] = used.report(1000).usedWorkers;
    assert.deepEqual([told?.interruptSeenAfterMs, told?.lastBusyAfterMs], [60, 50]);
    assert.equal(used.report(2000).usedWorkers[0]?.lastBusyAfterMs, 0, "never before the start");
  });

  test("that are seats are told by the last server that was reached there, without times", () => {
    const used = new WorkersUsed();
    const worker = {};
    used.note(outcome({ worker, hop: { ...hop, serverInstance: "" } }), 0);
    assert.equal(used.report(0).usedWorkers[0]?.serverInstance, "");
    used.note(outcome({ worker, hop }), 0);
    used.note(outcome({ worker, hop: { ...hop, serverInstance: "" } }), 0);
    const [seat] = used.report(0).usedWorkers;
    assert.deepEqual(
      [seat?.thread, seat?.serverInstance, seat?.interruptSeenAfterMs, seat?.lastBusyAfterMs],
      [undefined, "a", undefined, undefined],
    );
  });

  for (const [what, said, idle] of [
    ["has confirmed", hop, 1],
    ["has confirmed, whatever time it would have had", { ...hop, endsWithinMs: 60_000 }, 1],
    ["has not confirmed", { ...hop, isConfirmed: false, endsWithinMs: 60_000 }, 0],
    ["has not confirmed, its time being over", { ...hop, isConfirmed: false }, 1],
    ["speaks for one behind it that has not", { ...hop, behind: [behind] }, 0],
    ["speaks for one behind it whose time is over", { ...hop, behind: [{ ...behind, endsWithinMs: 0 }] }, 1],
    ["speaks for one behind it that has", { ...hop, behind: [{ ...behind, unconfirmed: 0 }] }, 1],
    [
      "has not confirmed for longer than one behind it",
      { ...hop, isConfirmed: false, endsWithinMs: 60_000, behind: [{ ...behind, endsWithinMs: 0 }] },
      0,
    ],
  ] as const) {
    test(`that are seats of a server that ${what}: idle are ${idle} of 1`, () => {
      const used = new WorkersUsed();
      used.note(outcome({ hop: said }), 0);
      const { workersUsed, workersIdle, usedWorkers } = used.report(0);
      assert.deepEqual([workersUsed, workersIdle, usedWorkers[0]?.isIdle], [1, idle, idle === 1]);
    });
  }

  test("stay busy with a range that is not confirmed when another one is, until its time is over", async () => {
    const used = new WorkersUsed();
    const worker = {};
    used.note(outcome({ worker, hop: { ...hop, isConfirmed: false, endsWithinMs: 500 } }), 0);
    used.note(outcome({ worker, hop }), 0);
    assert.equal(used.report(0).workersIdle, 0);
    await until(() => used.report(0).workersIdle === 1);
  });
});

describe("what a slice computed after its interrupt", () => {
  test("is what its thread had tried by then less than at its end", () => {
    assert.equal(computedAfter({ computed: 500, hop: undefined }, 200), 300);
  });

  test("is another server's own figure, when it has confirmed", () => {
    assert.equal(computedAfter({ computed: 500, hop: { ...hop, hashesAfterInterrupt: 40 } }, 200), 40);
    const lying = { ...hop, hashesAfterInterrupt: 2 ** 70 };
    assert.equal(computedAfter({ computed: 500, hop: lying }, 200), 300, "never more than came in");
  });

  test("is what came in after it, when the other server has not confirmed", () => {
    const lost = { ...hop, isConfirmed: false, hashesAfterInterrupt: 0 };
    assert.equal(computedAfter({ computed: 500, hop: lost }, 200), 300);
  });
});

/** A broken pool: settles an interrupted slice at once, without its thread, which is never interrupted. */
class HastyPool extends ThreadPool {
  override run(job: SliceJob, settle: Settle): Slice {
    const slice = super.run({ ...job, count: 2 ** 31 }, () => {});
    return {
      worker: slice.worker,
      ...(slice.trace && { trace: slice.trace }),
      get tried() {
        return slice.tried;
      },
      interrupt: () => {
        const matches = packMatches(new MatchCollector().take(), job.start, job.idealDistance);
        setImmediate(() => settle({ tried: Math.min(slice.tried, job.count), matches, tookMs: 8 }));
      },
    };
  }
}

async function stopped(t: TestContext): Promise<{ search: Search; report: Report }> {
  const pool = new ThreadPool({ size: 2, kernel: "reference", onCrash: () => {} });
  t.after(() => pool.close());
  for (;;) {
    const search = searchOn(new Engine(pool));
    // Both threads have had slices, and have them now.
    await until(() => search.hashes > 20_000n);
    await until(() => pool.busy === 2);
    search.end("cancelled");
    const report = await search.ended;
    // They may have ended them by themselves in the meantime.
    if (report.usedWorkers.some(({ interruptSeenAfterMs }) => interruptSeenAfterMs !== undefined)) {
      return { search, report };
    }
  }
}

function searchOn(engine: Engine): Search {
  const query = {
    name: "zzzzzzzz",
    idealDistance: 0,
    listedDistance: 0,
    start: 0n,
    end: 2n ** 60n,
    budgeted: true,
  };
  const memory = new UnreadMemory(2 ** 30);
  const search = new Search(engine, { id: "test", client: "test", query, memory });
  search.begin();
  return search;
}

function outcome(init: Partial<Outcome>): Outcome {
  return { worker: {}, result: undefined, computed: 10, hop: undefined, trace: undefined, ...init };
}

function trace(init: Partial<Trace>): Trace {
  return { thread: 1, isOver: true, interruptSeenAtMs: undefined, overAtMs: undefined, ...init };
}

function sum(numbers: readonly number[]): bigint {
  return numbers.reduce((sum, n) => sum + BigInt(n), 0n);
}
