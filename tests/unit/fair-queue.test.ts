import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FairQueue } from "../../server/engine/fair-queue.ts";

describe("the fair queue", () => {
  test("gives equal flows equal shares, whatever a piece costs", () => {
    const served = serve({ cheap: [1, 1], dear: [10, 1] }, 2200);
    assert.ok(Math.abs((served.cheap ?? 0) - (served.dear ?? 0)) <= 10);
  });

  test("shares by weight", () => {
    const served = serve({ once: [5, 1], thrice: [5, 3] }, 2000);
    assert.ok(Math.abs((served.thrice ?? 0) / (served.once ?? 1) - 3) < 0.1);
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

  test("has no turn for flows without work", () => {
    const queue = new FairQueue<string>();
    queue.add("a");
    queue.deactivate("a");
    assert.equal(queue.first(), undefined);
  });
});

/** Serves flows of [cost of a piece, weight] until the total is spent; what each got. */
function serve(flows: Record<string, [cost: number, weight: number]>, total: number): Record<string, number> {
  const queue = new FairQueue<string>();
  const served: Record<string, number> = {};
  for (const [name, [, weight]] of Object.entries(flows)) queue.add(name, weight);
  for (let spent = 0; spent < total; ) {
    const name = queue.first() ?? "";
    const cost = flows[name]?.[0] ?? 0;
    queue.charge(name, cost);
    served[name] = (served[name] ?? 0) + cost;
    spent += cost;
  }
  return served;
}
