import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Engine } from "../../server/engine/engine.ts";
import { Computing, Sleeping } from "../../server/lab/labour.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { until } from "../support/until.ts";

const never = new AbortController().signal;

describe("a handler that sleeps", () => {
  test("says how long, while it does and afterwards", async () => {
    const sleeping = new Sleeping();
    const startedAtMs = performance.now();
    const over = sleeping.carryOut(20, never);
    assert.ok(sleeping.done <= performance.now() - startedAtMs);
    await over;
    const { done } = sleeping;
    assert.ok(done >= 19);
    await until(() => performance.now() > startedAtMs + 40);
    assert.equal(sleeping.done, done);
  });

  test("wakes at once when its signal aborts, with its reason", async () => {
    const controller = new AbortController();
    const sleeping = new Sleeping();
    const over = sleeping.carryOut(10_000, controller.signal);
    controller.abort(new Error("why"));
    await assert.rejects(over, /why/);
    assert.ok(sleeping.done < 1000);
  });
});

describe("a handler that computes", () => {
  test("has one slice at a time, one after the other, and counts them", async () => {
    const { engine, workers } = made();
    const controller = new AbortController();
    const computing = new Computing(engine, "client");
    const over = computing.carryOut(10_000, controller.signal);
    for (const start of [0n, 7n, 14n]) {
      await until(() => workers.busy === 1);
      const [slice] = workers.slices;
      assert.equal(slice?.job.start, start);
      slice?.finish(7);
      assert.equal(computing.done, Number(start) + 7);
    }
    await until(() => workers.busy === 1);
    controller.abort(new Error("why"));
    assert.equal(workers.slices[0]?.isInterrupted, false);
    // It has ended only when its worker is idle.
    let isOver = false;
    over.catch(() => {
      isOver = true;
    });
    await until(() => workers.slices[0]?.isInterrupted === true);
    assert.equal(isOver, false);
    workers.slices[0]?.finish(2);
    await assert.rejects(over, /why/);
    assert.equal(computing.done, 23);
    assert.equal(workers.busy, 0);
    await engine.close();
  });

  test("goes on after a crash of its worker", async () => {
    const { engine, workers } = made();
    const controller = new AbortController();
    const computing = new Computing(engine, "client");
    const over = computing.carryOut(10_000, controller.signal);
    await until(() => workers.busy === 1);
    workers.slices[0]?.crash();
    await until(() => workers.busy === 1);
    controller.abort();
    await until(() => workers.slices[0]?.isInterrupted === true);
    workers.slices[0]?.finish(1);
    await assert.rejects(over);
    await engine.close();
  });

  test("ends by itself after its time, and gives its worker back", async () => {
    const { engine, workers } = made();
    const over = new Computing(engine, "client").carryOut(20, never);
    await until(() => workers.slices[0]?.isInterrupted === true);
    workers.slices[0]?.finish(1);
    await over;
    await engine.close();
  });

  test("computes nothing when its signal has aborted before", async () => {
    const { engine, workers } = made();
    await assert.rejects(
      new Computing(engine, "client").carryOut(20, AbortSignal.abort(new Error("why"))),
      /why/,
    );
    assert.equal(workers.busy, 0);
    await engine.close();
  });
});

function made(): { readonly engine: Engine; readonly workers: FakeWorkers } {
  const workers = new FakeWorkers(2);
  return { engine: new Engine(workers), workers };
}
