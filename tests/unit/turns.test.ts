import assert from "node:assert/strict";
import { test } from "node:test";
import { takeTurns } from "../../web/src/session/turns.ts";

test("what is read without a pause ends its turn every 8 ms, and goes on", async () => {
  const turn = takeTurns();
  const until = performance.now() + 100;
  let ended = 0;
  while (performance.now() < until) {
    const over = turn();
    if (over === undefined) continue;
    ended++;
    await over;
  }
  assert.ok(ended >= 4 && ended <= 13, `${ended} turns have ended`);
});

test("a stream that lets the loop turn by itself is never held up", async () => {
  const turn = takeTurns();
  for (let i = 0; i < 20; i++) {
    assert.equal(turn(), undefined);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
});
