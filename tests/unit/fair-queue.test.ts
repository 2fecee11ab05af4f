import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FairQueue } from "../../server/engine/fair-queue.ts";

describe("the fair queue", () => {
  test("gives equal flows equal shares, whatever a piece costs", () => {
    const served = serve({ cheap: 1, dear: 10 }, 2200);
    assert.ok(Math.abs((served.cheap ?? 0) - (served.dear ?? 0)) <= 10);
  });

  test("lets a newcomer in at once, and a returner without credit", () => {
    const queue = new FairQueue<string>();
    queue.add("old");
    for (let i = 0; i < 100; i++) queue.charge(queue.first() ?? "", 8);
    queue.add("new");
    queue.charge("old", 8);
    assert.equal(queue.first(), "new");
    queue.deactivate("new");
    for (let i = 0; i < 100; i++) queue.charge(queue.first() ?? "", 8);
    queue.activate("new");
    const turns = Array.from({ length: 10 }, () => {
      const turn = queue.first() ?? "";
      queue.charge(turn, 8);
      return turn;
    });
    assert.equal(turns.filter((turn) => turn === "new").length, 5);
  });

  test("gives a newcomer its share from now on, not what it missed", () => {
    const queue = new FairQueue<string>();
    queue.add("old");
    for (let i = 0; i < 100; i++) queue.charge(queue.first() ?? "", 8);
    queue.add("new");
    assert.deepEqual(turnsOf(queue, { old: 8, new: 8 }, 6), ["new", "old", "new", "old", "new", "old"]);
  });

  test("remembers what a flow owes while it has nothing to offer", () => {
    const queue = new FairQueue<string>();
    queue.add("dear");
    queue.add("cheap");
    queue.charge("dear", 40);
    queue.deactivate("dear");
    queue.activate("dear");
    const turns = turnsOf(queue, { dear: 8, cheap: 8 }, 6);
    assert.deepEqual(turns, ["cheap", "cheap", "cheap", "cheap", "cheap", "dear"]);
  });

  test("gives back what a flow was charged too much, also when it is activated meanwhile", () => {
    const queue = new FairQueue<string>();
    for (const name of ["short", "long"]) queue.add(name);
    assert.deepEqual(turnsOf(queue, { short: 8, long: 8 }, 4), ["short", "long", "short", "long"]);
    // Both of its slices took 1 instead of 8.
    queue.charge("short", -14);
    queue.activate("short");
    assert.equal(turnsOf(queue, { short: 2 }, 1)[0], "short");
    // Whoever comes now is not owed that.
    queue.add("new");
    assert.deepEqual(turnsOf(queue, { short: 2 }, 2), ["short", "short"]);
  });

  test("knows nothing of who is not in it", () => {
    const queue = new FairQueue<string>();
    queue.add("gone");
    queue.remove("gone");
    queue.activate("gone");
    queue.charge("gone", 8);
    queue.deactivate("gone");
    assert.deepEqual([queue.size, queue.first()], [0, undefined]);
  });

  test("has no turn for flows without work", () => {
    const queue = new FairQueue<string>();
    queue.add("a");
    queue.deactivate("a");
    assert.equal(queue.first(), undefined);
  });
});

/** Whose turns come next, each charged its cost. */
function turnsOf(queue: FairQueue<string>, costs: Record<string, number>, turns: number): string[] {
  return Array.from({ length: turns }, () => {
    const turn = queue.first() ?? "";
    queue.charge(turn, costs[turn] ?? 0);
    return turn;
  });
}

/** Serves flows, each of whose pieces costs so much, until the total is spent; what each got. */
function serve(flows: Record<string, number>, total: number): Record<string, number> {
  const queue = new FairQueue<string>();
  const served: Record<string, number> = {};
  for (const name of Object.keys(flows)) queue.add(name);
  for (let spent = 0; spent < total; ) {
    const name = queue.first() ?? "";
    const cost = flows[name] ?? 0;
    queue.charge(name, cost);
    served[name] = (served[name] ?? 0) + cost;
    spent += cost;
  }
  return served;
}
