import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { createLine } from "../../web/src/session/line.ts";

describe("the line of calls that the server has refused", () => {
  test("lets every call pass while nobody is in it", async (t) => {
    const { join, told } = waiting(t);
    for (const order of [3, 1, 2]) await join(order);
    assert.deepEqual(told, ["3 has its turn", "1 has its turn", "2 has its turn"]);
  });

  test("lets nobody pass who has left before", async (t) => {
    const { line } = waiting(t);
    await assert.rejects(line.turn(1, AbortSignal.abort("left"), assert.fail), /left/);
    assert.equal(line.has(1), false);
  });

  test("is waited in until the server wants to be asked again, the first first", async (t) => {
    const { line, join, told, pass } = waiting(t);
    line.refused(1, 3_000);
    await join(2);
    await join(1);
    assert.deepEqual(told, ["2 waits", "1 waits"]);
    await pass(2_999);
    assert.equal(told.length, 2);
    await pass(1);
    assert.deepEqual(told.slice(2), ["1 has its turn"]);
    line.taken(1);
    await turn();
    assert.deepEqual(told.slice(3), ["2 has its turn"]);
  });

  test("is over for a call whose wait was over before it came back", async (t) => {
    const { line, join, told, pass } = waiting(t);
    line.refused(1, 1_000);
    await pass(1_000);
    await join(1);
    assert.deepEqual(told, ["1 waits", "1 has its turn"]);
  });

  test("heeds the latest refusal, however soon the one before would have been over", async (t) => {
    const { line, join, told, pass } = waiting(t);
    line.refused(1, 1_000);
    line.refused(1, 3_000);
    await join(1);
    await pass(2_999);
    assert.deepEqual(told, ["1 waits"]);
    await pass(1);
    assert.deepEqual(told, ["1 waits", "1 has its turn"]);
  });

  test("forgets the time of a refusal when the server has said that it has places", async (t) => {
    const { line, join, told, pass } = waiting(t);
    line.refused(1, 3_000);
    await join(1);
    await pass(1_000);
    line.tryNow();
    await turn();
    assert.deepEqual(told.splice(0), ["1 waits", "1 has its turn"]);
    line.refused(1, 3_000);
    await join(1);
    await pass(2_999);
    assert.deepEqual(told, ["1 waits"], "the new refusal has its own time");
  });

  test("goes on with the next when one leaves, and says to the one why", async (t) => {
    const { line, join, leave, told } = waiting(t);
    line.refused(1, 3_000);
    for (const order of [1, 2, 3]) await join(order);
    told.splice(0);
    leave(2);
    leave(1);
    await turn();
    assert.deepEqual(told.splice(0), ["2 left", "1 left"]);
    line.left(2);
    line.left(1);
    line.tryNow();
    await turn();
    assert.deepEqual(told, ["3 has its turn"]);
  });

  test("does not wake the next when one leaves that it does not know, or while the server rests", async (t) => {
    const { line, join, told } = waiting(t);
    line.refused(1, 3_000);
    await join(2);
    line.left(9);
    line.taken(9);
    line.left(1);
    await turn();
    assert.deepEqual(told, ["2 waits"]);
    assert.deepEqual(
      [line.has(1), line.has(2), line.isTurnOf(2), line.isTurnOf(3)],
      [false, true, true, false],
    );
    line.left(2);
    assert.equal(line.isTurnOf(3), true, "nobody is in line");
  });

  test("is left without a listener on the signal", async (t) => {
    const { line, join, controllers } = waiting(t);
    line.refused(1, 3_000);
    await join(1);
    line.tryNow();
    await turn();
    const controller = controllers.get(1);
    assert.ok(controller);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });
});

/** A line, and what is told of the calls that join it. */
function waiting(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const line = createLine();
  const told: string[] = [];
  const controllers = new Map<number, AbortController>();
  t.after(() => {
    for (const controller of controllers.values()) controller.abort();
  });
  return {
    line,
    told,
    controllers,
    async join(order: number): Promise<void> {
      const controller = new AbortController();
      controllers.set(order, controller);
      line
        .turn(order, controller.signal, () => told.push(`${order} waits`))
        .then(
          () => told.push(`${order} has its turn`),
          () => told.push(`${order} left`),
        );
      await turn();
    },
    leave: (order: number) => controllers.get(order)?.abort(),
    async pass(ms: number): Promise<void> {
      t.mock.timers.tick(ms);
      await turn();
    },
  };
}
