import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import type { Worker } from "node:worker_threads";
import { Interrupt } from "../../server/engine/interrupt.ts";
import { sharedMs } from "../../server/engine/shared-clock.ts";
import { ThreadPool } from "../../server/engine/thread-pool.ts";
import type { Slice, SliceResult } from "../../server/engine/workers.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { until } from "../support/until.ts";

/** Of a name that no hash holds. */
const jobOf = (count: number): ScanJob => ({
  name: "zzzzzzzzzzzz",
  idealDistance: 0,
  listedDistance: 0,
  start: 0n,
  count,
});
// No kernel can read a name that is none: the thread throws.
const fatal: ScanJob = { ...jobOf(1), name: undefined as unknown as string };
const minutesOfWork = jobOf(2 ** 31);

describe("the threads", () => {
  test("that replace a crashed one hear an interrupt", { timeout: 10_000 }, async (t) => {
    const { pool } = poolOf(t, 1);
    assert.equal(await settled(pool, fatal), undefined);
    const { slice, result } = begun(pool, minutesOfWork);
    await until(() => slice.tried > 0);
    slice.interrupt();
    const { tried } = (await result) ?? assert.fail("it crashed");
    assert.ok(tried < minutesOfWork.count);
  });

  test("leave the next slice alone when an interrupt comes too late", async (t) => {
    const { pool } = poolOf(t, 1);
    const late = begun(pool, jobOf(10));
    await late.result;
    const next = begun(pool, jobOf(50_000));
    late.slice.interrupt();
    assert.equal((await next.result)?.tried, 50_000);
  });

  test("run the slice after an interrupted one to its end", async (t) => {
    const { pool } = poolOf(t, 1);
    const { slice, result } = begun(pool, minutesOfWork);
    slice.interrupt();
    await result;
    assert.equal((await settled(pool, jobOf(50_000)))?.tried, 50_000);
  });

  test("count what a slice has tried from zero", async (t) => {
    const { pool } = poolOf(t, 1);
    await settled(pool, jobOf(50_000));
    const { slice, result } = begun(pool, jobOf(50_000));
    assert.equal(slice.tried, 0);
    await result;
  });

  test("measure a slice by their own clock", async (t) => {
    const { pool } = poolOf(t, 1);
    await settled(pool, jobOf(1));
    const began = performance.now();
    const { tookMs } = (await settled(pool, jobOf(50_000))) ?? assert.fail("it crashed");
    assert.ok(tookMs > 0 && tookMs <= performance.now() - began, `${tookMs} ms`);
  });

  test("say themselves when they see an interrupt and have left a slice", async (t) => {
    const { pool } = poolOf(t, 2);
    const { slice, result } = begun(pool, minutesOfWork);
    const { trace } = slice;
    assert.ok(trace);
    assert.deepEqual(
      [trace.thread, trace.isOver, trace.interruptSeenAtMs, trace.overAtMs],
      [1, false, undefined, undefined],
    );
    await until(() => slice.tried > 0);
    assert.equal(trace.isOver, false, "in mid-scan");
    const raisedAtMs = sharedMs();
    slice.interrupt();
    await result;
    assert.equal(trace.isOver, true);
    const { interruptSeenAtMs = 0, overAtMs = 0 } = trace;
    assert.ok(raisedAtMs <= interruptSeenAtMs && interruptSeenAtMs <= overAtMs && overAtMs <= sharedMs());
    const next = begun(pool, jobOf(50_000));
    const noted = next.slice.trace;
    assert.deepEqual([trace.isOver, noted?.isOver], [true, false], "it has left the one before");
    assert.deepEqual([noted?.interruptSeenAtMs, noted?.overAtMs], [undefined, undefined]);
    await next.result;
    assert.deepEqual([trace.isOver, noted?.isOver, noted?.interruptSeenAtMs], [true, true, undefined]);
  });

  test("that have crashed are not in their slices any more", async (t) => {
    const { pool } = poolOf(t, 1);
    const { slice, result } = begun(pool, fatal);
    assert.equal(slice.trace?.isOver, false);
    await result;
    assert.equal(slice.trace?.isOver, true);
  });

  test("count their slices anew after 2^32", () => {
    const { buffer } = new Interrupt();
    const [main, thread] = [new Interrupt(buffer), new Interrupt(buffer)];
    thread.leave(2 ** 32 - 1);
    assert.deepEqual(
      [main.hasLeft(2 ** 32 - 2), main.hasLeft(2 ** 32 - 1), main.hasLeft(2 ** 32)],
      [true, true, false],
    );
    thread.leave(2 ** 32);
    assert.deepEqual([main.hasLeft(2 ** 32), main.hasLeft(2 ** 32 + 1)], [true, false]);
  });

  test("are told apart, counted while they are busy, and given one slice each", async (t) => {
    const { pool } = poolOf(t, 2);
    const both = [begun(pool, minutesOfWork), begun(pool, minutesOfWork)];
    assert.equal(pool.busy, 2);
    assert.throws(() => begun(pool, jobOf(1)), /every worker is busy/);
    assert.equal(new Set(both.map(({ slice }) => slice.worker)).size, 2);
    await until(() => both.every(({ slice }) => slice.tried > 0));
    both[0]?.slice.interrupt();
    await both[0]?.result;
    assert.equal(pool.busy, 1);
    const { slice } = begun(pool, minutesOfWork);
    assert.equal(slice.worker, both[0]?.slice.worker);
  });

  test("that crash now and then are replaced for ever", async (t) => {
    const { pool, crashes } = poolOf(t, 1);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) assert.equal(await settled(pool, fatal), undefined);
      assert.equal((await settled(pool, jobOf(10)))?.tried, 10);
    }
    assert.equal(crashes.length, 12);
  });

  test("are ended for good when they are closed", async (t) => {
    const threads: Worker[] = [];
    const note = (worker: Worker): void => void threads.push(worker);
    process.on("worker", note);
    t.after(() => process.off("worker", note));
    const { pool } = poolOf(t, 2);
    await until(() => threads.length === 2);
    begun(pool, minutesOfWork);
    await pool.close();
    // A replacement would be told of in the next turn, and must not outlive the test.
    await new Promise(setImmediate);
    for (const thread of threads) await thread.terminate();
    assert.equal(threads.length, 2);
  });

  const skip = process.platform !== "linux" && "only Linux has priorities of single threads";
  test("give way to the thread that hears of a Stop", { skip }, async (t) => {
    const { pool } = poolOf(t, 1);
    await settled(pool, jobOf(1));
    const nices = readdirSync("/proc/self/task").map((task) =>
      // The 19th field; the second may hold blanks. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
      Number(readFileSync(`/proc/self/task/${task}/stat`, "utf8").split(") ").at(-1)?.split(" ")[16]),
    );
    assert.equal(Math.max(...nices), 19);
    assert.ok(Math.min(...nices) < 19);
  });
});

test("threads that crash ten times without a scan in between end the process", () => {
  const crashing = `
    import { ThreadPool } from "./server/engine/thread-pool.ts";
    let crashes = 0;
    const pool = new ThreadPool({ size: 1, kernel: "reference", onCrash: () => crashes++ });
    process.on("exit", () => console.log(crashes));
    const job = { idealDistance: 0, listedDistance: 0, start: 0n, count: 1 };
    const again = () => crashes < 20 && setImmediate(() => pool.run(job, again));
    again();
  `;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", crashing],
    { cwd: new URL("../..", import.meta.url), encoding: "utf8", timeout: 15_000 },
  );
  assert.match(stderr, /worker threads crash at once, every time/);
  assert.notEqual(status, 0);
  assert.equal(stdout.trim(), "10");
});

function poolOf(t: TestContext, size: number): { pool: ThreadPool; crashes: readonly Error[] } {
  const crashes: Error[] = [];
  const pool = new ThreadPool({ size, kernel: "reference", onCrash: (error) => crashes.push(error) });
  t.after(() => pool.close());
  return { pool, crashes };
}

function begun(pool: ThreadPool, job: ScanJob): { slice: Slice; result: Promise<SliceResult | undefined> } {
  const { promise: result, resolve } = Promise.withResolvers<SliceResult | undefined>();
  return { slice: pool.run(job, resolve), result };
}

function settled(pool: ThreadPool, job: ScanJob): Promise<SliceResult | undefined> {
  return begun(pool, job).result;
}
