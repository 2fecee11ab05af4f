import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MemoryStore } from "../../server/quotas/memory-store.ts";
import { amountAt, grantOf, msUntil, type Quota } from "../../server/quotas/quota.ts";

const quota: Quota = { of: "hashes", capacity: 1000, perSecond: 100 };

/** A store with a clock that the test sets. */
function storeAt({ most }: { most?: number } = {}) {
  const clock = { nowMs: 0 };
  const store = new MemoryStore({ nowMs: () => clock.nowMs, ...(most !== undefined && { most }) });
  return { clock, store };
}

describe("a bucket", () => {
  test("is full for a client of whom nothing is known", async () => {
    const { store } = storeAt();
    assert.equal(store.left(quota, "a"), 1000);
    assert.deepEqual(await store.take(quota, "a", { least: 1, most: 400 }), { granted: 400, left: 600 });
  });

  test("gives what there is of a wish, and nothing where that is less than the least", async () => {
    const { store } = storeAt();
    await store.take(quota, "a", { least: 1, most: 950 });
    assert.deepEqual(await store.take(quota, "a", { least: 60, most: 100 }), { granted: 0, left: 50 });
    assert.deepEqual(await store.take(quota, "a", { least: 50, most: 100 }), { granted: 50, left: 0 });
  });

  test("fills by itself up to its capacity, and is then forgotten", async () => {
    const { clock, store } = storeAt();
    await store.take(quota, "a", { least: 1, most: 1000 });
    assert.deepEqual([store.left(quota, "a"), store.size], [0, 1]);
    clock.nowMs = 2_505;
    assert.equal(store.left(quota, "a"), 250.5);
    assert.deepEqual(await store.take(quota, "a", { least: 0, most: 1000 }), { granted: 250, left: 0.5 });
    clock.nowMs = 60_000;
    assert.deepEqual(await store.take(quota, "a", { least: 0, most: 0 }), { granted: 0, left: 1000 });
    assert.equal(store.size, 0);
  });

  test("takes back what was not used, but holds no more than its capacity", async () => {
    const { store } = storeAt();
    await store.take(quota, "a", { least: 1, most: 300 });
    assert.deepEqual(await store.take(quota, "a", { least: -100, most: -100 }), { granted: -100, left: 800 });
    assert.equal((await store.take(quota, "a", { least: -900, most: -900 })).left, 1000);
  });

  test("is of one client and one quota", async () => {
    const { store } = storeAt();
    await store.take(quota, "a", { least: 1, most: 1000 });
    assert.equal(store.left(quota, "b"), 1000);
    assert.equal(store.left({ ...quota, of: "searches" }, "a"), 1000);
  });

  test("counts up to 2^53 - 1 without losing one", async () => {
    const { store } = storeAt();
    const capacity = Number.MAX_SAFE_INTEGER;
    const large = { ...quota, capacity };
    assert.equal((await store.take(large, "a", { least: 1, most: 1 })).left, capacity - 1);
    assert.equal((await store.take(large, "a", { least: 1, most: capacity })).granted, capacity - 1);
  });

  test("is forgotten when there are too many, the one that was touched longest ago first", async () => {
    const { store } = storeAt({ most: 2 });
    for (const client of ["a", "b", "a", "c"]) await store.take(quota, client, { least: 1, most: 100 });
    assert.equal(store.size, 2);
    assert.deepEqual(
      ["a", "b", "c"].map((client) => store.left(quota, client)),
      [800, 1000, 900],
    );
  });

  test("is kept for 50,000 clients, and for none once the store is closed", async () => {
    const { store } = storeAt();
    for (let i = 0; i <= 50_000; i++) await store.take(quota, `${i}`, { least: 1, most: 1 });
    assert.equal(store.size, 50_000);
    store.close();
    assert.equal(store.size, 0);
  });

  test("never holds less than nothing nor more than its capacity, whatever is taken and put back", async () => {
    const most = fc.integer({ min: -1500, max: 1500 });
    const step = fc.record({ afterMs: fc.nat(5000), least: fc.integer({ min: 0, max: 1500 }), most });
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        const { clock, store } = storeAt();
        for (const { afterMs, least, most } of steps) {
          clock.nowMs += afterMs;
          const wish = { least: Math.min(least, most), most };
          const before = store.left(quota, "a");
          const { granted, left } = await store.take(quota, "a", wish);
          assert.equal(granted, grantOf(wish, before));
          assert.ok(left >= 0 && left <= 1000 && store.left(quota, "a") === left);
          assert.equal(left, Math.min(1000, before - granted));
        }
      }),
    );
  });

  test("says when it will hold enough", () => {
    assert.equal(msUntil(quota, 250, 0.5), 2495);
    assert.equal(msUntil(quota, 250, 300), 0);
    assert.equal(amountAt(quota, { amount: 0.5, atMs: 0 }, 2495), 250);
    // A clock that was set back fills nothing, and empties nothing.
    assert.equal(amountAt(quota, { amount: 10, atMs: 1000 }, 0), 10);
  });
});
