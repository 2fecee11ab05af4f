import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { everyMs, Sampler, samplesARound } from "../../server/edge/sampler.ts";

describe("a sampler", { timeout: 20_000 }, () => {
  beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }));
  afterEach(() => mock.timers.reset());

  test("tells at once, then at most ten times a second while things change", async () => {
    const { sampler, change } = counter();
    const { heard, leave } = read(sampler);
    await settled();
    assert.deepEqual(heard, [0]);
    for (let tick = 1; tick <= 10; tick++) {
      change();
      change();
      await passSample();
    }
    assert.deepEqual(heard, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    await leave();
  });

  test("tells at least once a second though nothing changes", async () => {
    const { sampler } = counter();
    const readers = Array.from({ length: 20 }, () => read(sampler));
    await settled();
    for (let second = 1; second <= 5; second++) {
      const before = readers.map(({ heard }) => heard.length);
      for (let i = 0; i < 1000 / everyMs; i++) await passSample();
      readers.forEach(({ heard }, i) => {
        const more = heard.length - (before[i] ?? 0);
        assert.ok(more === 1 || more === 2, `${more} in second ${second}`);
      });
    }
    for (const { leave } of readers) await leave();
  });

  test("tells a newcomer at once, and no second time within a sample", async () => {
    const { sampler, change } = counter();
    const first = read(sampler);
    await settled();
    change();
    const second = read(sampler);
    await settled();
    assert.deepEqual(second.heard, [1]);
    change();
    await passSample();
    assert.deepEqual([first.heard, second.heard], [[0, 2], [1]]);
    await passSample();
    assert.deepEqual(second.heard, [1, 2]);
    await first.leave();
    await second.leave();
  });

  test("takes one sample for all, and of 1,000 watchers tells each at least once a second", async () => {
    const { sampler, change, taken } = counter();
    const readers = Array.from({ length: 1000 }, () => read(sampler));
    await settled();
    const joined = taken();
    const perSample: number[] = [];
    const gaps = readers.map(() => 0);
    let longest = 0;
    for (let sample = 0; sample < 3 * samplesARound; sample++) {
      change();
      const before = readers.map(({ heard }) => heard.length);
      await passSample();
      const told = readers.map(({ heard }, i) => heard.length - (before[i] ?? 0));
      perSample.push(told.reduce((a, b) => a + b, 0));
      told.forEach((count, i) => {
        gaps[i] = count > 0 ? 0 : (gaps[i] ?? 0) + 1;
        longest = Math.max(longest, (gaps[i] ?? 0) + 1);
      });
    }
    assert.equal(taken() - joined, 3 * samplesARound);
    assert.ok(Math.max(...perSample) <= 1000 / (samplesARound - 1), `${perSample}`);
    assert.ok(longest * everyMs <= 1000, `${longest} samples without a word`);
    for (const { leave } of readers) await leave();
    assert.equal(sampler.size, 0);
  });

  test("shares what may be told among those who heard longest ago", async () => {
    const { sampler, change } = counter();
    const readers = Array.from({ length: 100 }, () => read(sampler));
    await settled();
    for (let sample = 0; sample < 4 * samplesARound; sample++) {
      change();
      await passSample();
    }
    const counts = readers.map(({ heard }) => heard.length);
    assert.ok(
      Math.max(...counts) - Math.min(...counts) <= 2 * 4,
      `${Math.min(...counts)} to ${Math.max(...counts)}`,
    );
    assert.ok(Math.min(...counts) > 4 * 3, "more often than once a round");
    for (const { leave } of readers) await leave();
  });

  test("keeps nothing for a reader that has stopped, and tells it how things are when it reads again", async () => {
    const { sampler, change } = counter();
    const controller = new AbortController();
    const samples = sampler.watch(controller.signal);
    assert.equal((await samples.next()).value, 0);
    for (let i = 0; i < 50; i++) {
      change();
      await passSample();
    }
    const next = samples.next();
    await settled();
    await passSample();
    assert.equal((await next).value, 50);
    const after = samples.next();
    await settled();
    change();
    await passSample();
    assert.equal((await after).value, 51);
    controller.abort();
  });

  test("lets go of a watcher whose signal aborts, in the same tick, whether or not it reads", async () => {
    const { sampler } = counter();
    const reads = new AbortController();
    const stalls = new AbortController();
    const reading = sampler.watch(reads.signal);
    await reading.next();
    const waits = assert.rejects(reading.next(), /gone/);
    const stalling = sampler.watch(stalls.signal);
    await stalling.next();
    await settled();
    assert.equal(sampler.size, 2);
    reads.abort(new Error("gone"));
    stalls.abort(new Error("gone"));
    assert.equal(sampler.size, 0);
    await waits;
    await assert.rejects(stalling.next(), /gone/);
    assert.equal(getEventListeners(reads.signal, "abort").length, 0);
    await assert.rejects(sampler.watch(AbortSignal.abort(new Error("gone"))).next(), /gone/);
    assert.equal(sampler.size, 0);
  });
});

/** A sampler of a number that a test changes. */
function counter() {
  let value = 0;
  let taken = 0;
  const take = (): number => {
    taken++;
    return value;
  };
  const sampler = new Sampler(take, (a, b) => a !== b);
  return { sampler, change: () => void value++, taken: () => taken };
}

/** Reads as a caller does that keeps up. */
function read(sampler: Sampler<number>): { readonly heard: readonly number[]; leave(): Promise<void> } {
  const heard: number[] = [];
  const controller = new AbortController();
  const readAll = async (): Promise<void> => {
    try {
      for await (const sample of sampler.watch(controller.signal)) heard.push(sample);
    } catch {
      // It has left.
    }
  };
  const done = readAll();
  const leave = async (): Promise<void> => {
    controller.abort();
    await done;
  };
  return { heard, leave };
}

async function passSample(): Promise<void> {
  mock.timers.tick(everyMs);
  await settled();
}

/** All that can happen without the clock has happened. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
