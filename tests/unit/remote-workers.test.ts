import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { ScanRange } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { Engine } from "../../server/engine/engine.ts";
import { UnreadMemory } from "../../server/search/reader-queue.ts";
import { Search } from "../../server/search/search.ts";
import { accepted, ended, type FakeScanner, type Said, startFakeScanner } from "../support/fake-scanner.ts";
import { remoteWorkersOn } from "../support/remote-workers.ts";
import { until } from "../support/until.ts";

describe("remote workers", () => {
  test("get slices of about 300 ms each at their own speed", { timeout: 20_000 }, async (t) => {
    const given: Record<"fast" | "slow", number[]> = { fast: [], slow: [] };
    // What they say of themselves is the same: only their ranges tell them apart.
    const [fast, slow] = [await worker(100, given.fast), await worker(10, given.slow)];
    const { engine } = coordinate(t, [fast, slow]);
    await until(() => engine.workers === 2);
    const search = start(engine);
    await until(() => given.fast.length >= 4 && given.slow.length >= 4);
    search.end("cancelled");
    await search.ended;
    // Later ones are those of workers that are known.
    for (const count of given.fast.slice(2)) assertAbout(count / 100, 300);
    for (const count of given.slow.slice(2)) assertAbout(count / 10, 300);
  });

  test("are counted seat by seat, however many ranges each has had", { timeout: 20_000 }, async (t) => {
    const given: number[] = [];
    const { engine } = coordinate(t, [await worker(100, given, 3), await worker(100, given)]);
    await until(() => engine.workers === 4);
    const search = start(engine);
    await until(() => given.length >= 12);
    search.end("cancelled");
    assert.equal((await search.ended).workersUsed, 4);
  });

  test("are not known to be idle when they end a range without saying so", async (t) => {
    for (const idleAfter of [{ nanos: 1_000_000 }, undefined]) {
      const [begun, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const scanner = await startFakeScanner(async function* () {
        yield accepted;
        begun.resolve();
        await stopped.promise;
        yield { response: { case: "ended", value: { tried: 7n, ...(idleAfter && { idleAfter }) } } };
      });
      const { engine } = coordinate(t, [scanner]);
      await until(() => engine.workers === 1);
      const search = start(engine);
      await begun.promise;
      search.end("cancelled");
      stopped.resolve();
      const { workersUsed, workersIdle, hops, hashesComputed } = await search.ended;
      assert.deepEqual([workersUsed, workersIdle, hashesComputed], [1, idleAfter ? 1 : 0, 7n]);
      assert.equal(hops[0]?.unconfirmed, idleAfter ? 0 : 1);
    }
  });
});

/** A worker that takes its time for a range, at so many candidates a millisecond, and notes how many it was given. */
function worker(rate: number, given: number[], seats = 1): Promise<FakeScanner> {
  async function* scan({ count }: ScanRange): AsyncGenerator<Said> {
    given.push(Number(count));
    yield accepted;
    const tookMs = Number(count) / rate;
    await pause(tookMs + 2);
    yield ended(count, tookMs);
  }
  return startFakeScanner(scan, { seats });
}

function coordinate(t: TestContext, workers: readonly FakeScanner[]): { engine: Engine } {
  const engine = new Engine(remoteWorkersOn(workers.map(({ url }) => url)).workers);
  t.after(async () => {
    await engine.close();
    await Promise.all(workers.map((worker) => worker.close()));
  });
  return { engine };
}

/** One that finds nothing. */
function start(engine: Engine): Search {
  const search = new Search(engine, {
    id: "test",
    client: "test",
    query: {
      name: "zzzzzzzzzzzz",
      idealDistance: 0,
      listedDistance: 0,
      start: 0n,
      end: 1n << 60n,
      budgeted: false,
    },
    memory: new UnreadMemory(2 ** 20),
  });
  search.begin();
  return search;
}

function assertAbout(ms: number, wantedMs: number): void {
  assert.ok(Math.abs(ms - wantedMs) < 0.1 * wantedMs, `${ms} ms instead of ${wantedMs}`);
}
