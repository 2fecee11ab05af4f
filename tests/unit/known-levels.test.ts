import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { KnownLevels } from "../../server/quotas/known-levels.ts";
import type { Quota } from "../../server/quotas/quota.ts";

const quota: Quota = { of: "hashes", capacity: 1000, perSecond: 100 };

function setting(t: TestContext) {
  const clock = { nowMs: 0 };
  t.mock.method(performance, "now", () => clock.nowMs);
  return { clock, levels: new KnownLevels() };
}

describe("what a store elsewhere has told of a bucket", () => {
  test("fills as the bucket does, and is of one client and one quota", (t) => {
    const { clock, levels } = setting(t);
    levels.note(quota, "a", 400);
    clock.nowMs = 2000;
    assert.equal(levels.left(quota, "a"), 600);
    assert.equal(levels.left(quota, "b"), undefined);
    assert.equal(levels.left({ ...quota, of: "searches" }, "a"), undefined);
  });

  test("is fresh for a second", (t) => {
    const { clock, levels } = setting(t);
    assert.equal(levels.isFresh(quota, "a"), false);
    levels.note(quota, "a", 400);
    clock.nowMs = 999;
    assert.equal(levels.isFresh(quota, "a"), true);
    clock.nowMs = 1000;
    assert.equal(levels.isFresh(quota, "a"), false);
    levels.note(quota, "a", 400);
    assert.equal(levels.isFresh(quota, "a"), true);
  });

  test("is kept for 10,000 clients, and forgotten of those who were told of longest ago", (t) => {
    const { levels } = setting(t);
    for (let i = 0; i < 10_000; i++) levels.note(quota, `${i}`, i / 100);
    levels.note(quota, "0", 7);
    assert.deepEqual([levels.left(quota, "0"), levels.left(quota, "1")], [7, 0.01]);
    levels.note(quota, "one more", 5);
    assert.deepEqual([levels.left(quota, "0"), levels.left(quota, "1")], [7, undefined]);
    assert.equal(levels.left(quota, "2"), 0.02);
  });
});
