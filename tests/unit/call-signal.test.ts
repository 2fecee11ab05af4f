import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { CallSignals } from "../../server/edge/call-signal.ts";

describe("the signal of a call", () => {
  test("aborts with the reason of its own end, or of the shutdown", () => {
    const shutdown = new AbortController();
    const signals = new CallSignals(shutdown.signal);
    const [ends, stays] = [new AbortController(), new AbortController()];
    const [ending, staying] = [signals.joined(ends.signal).signal, signals.joined(stays.signal).signal];
    ends.abort("ended");
    assert.deepEqual([ending.reason, staying.aborted], ["ended", false]);
    shutdown.abort("leaving");
    assert.deepEqual([ending.reason, staying.reason], ["ended", "leaving"]);
    assert.equal(signals.joined(new AbortController().signal).signal.reason, "leaving");
  });

  test("costs the shutdown's signal no listener of its own", () => {
    const shutdown = new AbortController();
    const signals = new CallSignals(shutdown.signal);
    const calls = Array.from({ length: 100 }, () => signals.joined(new AbortController().signal).signal);
    assert.equal(getEventListeners(shutdown.signal, "abort").length, 1);
    shutdown.abort();
    assert.ok(calls.every(({ aborted }) => aborted));
  });
});
