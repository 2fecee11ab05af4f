import assert from "node:assert/strict";
import { test } from "node:test";
import { takeTurns } from "../../web/src/session/turns.ts";

test("what is read without a pause ends its turn every 8 ms, and goes on", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const turn = takeTurns();
  let ended = 0;
  for (let i = 0; i < 80; i++) {
    now++;
    const over = turn();
    if (over === undefined) continue;
    ended++;
    await over;
  }
  assert.ok(ended >= 8 && ended <= 10, `${ended} turns have ended in 80 ms`);
});

test("a stream that lets the loop turn by itself is never held up", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const turn = takeTurns();
  for (let i = 0; i < 20; i++) {
    assert.equal(turn(), undefined);
    now++;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
});
