import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { backoffBefore, wait } from "../../web/src/api/backoff.ts";
import { watchSilence } from "../../web/src/api/silence.ts";

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

describe("a wait of the page", () => {
  test("is 1, 2, 4, then always 8 seconds long", () => {
    assert.deepEqual([0, 1, 2, 3, 4, 99].map(backoffBefore), [1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  test("ends with its signal, and leaves neither timer nor listener", async () => {
    const before = timers();
    const life = new AbortController();
    const waiting = wait(60_000, life.signal);
    assert.equal(timers(), before + 1);
    life.abort();
    await waiting;
    assert.equal(timers(), before);
    assert.equal(getEventListeners(life.signal, "abort").length, 0);
    await wait(60_000, life.signal);
    assert.equal(timers(), before, "who has left before does not wait");
  });

  test("ends with its time, and leaves no listener", async () => {
    const { signal } = new AbortController();
    await wait(0, signal);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  test("for a silence leaves no timer, however much was heard", () => {
    const before = timers();
    const silence = watchSilence(assert.fail);
    for (let i = 0; i < 3; i++) silence.heard();
    assert.equal(timers(), before + 1);
    silence.end();
    assert.equal(timers(), before);
  });
});
