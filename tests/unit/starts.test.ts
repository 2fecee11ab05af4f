import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Starts } from "../../server/edge/transport/starts.ts";

describe("the starts of requests", () => {
  test("begin at once, but no more than eight in a turn of the loop", async () => {
    const starts = new Starts();
    const counts: number[] = [];
    let started = 0;
    for (let i = 0; i < 20; i++) starts.add("a", starts, () => started++);
    for (let i = 0; i < 4; i++) {
      counts.push(started);
      await turn();
    }
    assert.deepEqual(counts, [8, 16, 20, 20]);
  });

  test("rotate over clients, then over each client's connections", async () => {
    const starts = new Starts();
    const order: string[] = [];
    const [one, two] = [{}, {}];
    for (let i = 0; i < 12; i++) starts.add("many", one, () => order.push("many 1"));
    starts.add("many", two, () => order.push("many 2"));
    starts.add("few", two, () => order.push("few"));
    await turn();
    assert.deepEqual(order.slice(8), ["many 1", "few", "many 2", "many 1", "many 1", "many 1"]);
  });

  test("are not delayed in a later turn by what has begun", async () => {
    const starts = new Starts();
    let started = 0;
    for (let round = 1; round <= 3; round++) {
      for (let i = 0; i < 8; i++) starts.add("a", starts, () => started++);
      assert.equal(started, 8 * round);
      await turn();
    }
  });
});
