import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { onAbort, pause, untilAborted } from "../../server/calls/abort.ts";

describe("waiting under a signal", () => {
  test("hears an abort that came before, during, after and twice", () => {
    let heard = 0;
    onAbort(AbortSignal.abort(), () => heard++);
    assert.equal(heard, 1);
    const controller = new AbortController();
    onAbort(controller.signal, () => heard++);
    const letGo = onAbort(controller.signal, () => heard++);
    letGo();
    controller.abort();
    controller.abort();
    assert.equal(heard, 2);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });

  test("rejects with the reason that was given, and leaves no listener", async () => {
    const controller = new AbortController();
    const waiting = untilAborted(new Promise(() => {}), controller.signal);
    const reason = new Error("because");
    controller.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    const other = new AbortController();
    assert.equal(await untilAborted(Promise.resolve(1), other.signal), 1);
    assert.equal(getEventListeners(other.signal, "abort").length, 0);
    // A promise that fails for nobody would end the process.
    const failing = Promise.reject(new Error("too late"));
    await assert.rejects(untilAborted(failing, AbortSignal.abort(reason)), (error) => error === reason);
    await assert.rejects(
      untilAborted(Promise.resolve(1), AbortSignal.abort(reason)),
      (error) => error === reason,
    );
  });

  test("a pause that is over leaves nothing on a signal that lives long", async () => {
    const { signal } = new AbortController();
    for (let i = 0; i < 3; i++) await pause(1, signal);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
});
