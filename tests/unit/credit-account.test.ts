import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { CreditAccount } from "../../server/quotas/credit-account.ts";
import { MemoryStore } from "../../server/quotas/memory-store.ts";
import type { Quota, Taken, Wish } from "../../server/quotas/quota.ts";
import { StoreGone } from "../../server/quotas/quota-store.ts";

const portion = 2 ** 22;

/** An account of one client, the store behind it, which a test holds back or takes away, and both their clocks. */
function setting(t: TestContext, capacity = 2 ** 40) {
  const clock = { nowMs: 0 };
  t.mock.method(performance, "now", () => clock.nowMs);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const quota: Quota = { of: "hashes", capacity, perSecond: 10 };
  const kept = new MemoryStore({ nowMs: () => 0 });
  const wishes: Wish[] = [];
  const state = { isGone: false, held: Promise.resolve() };
  const store = {
    async take(quota: Quota, client: string, wish: Wish): Promise<Taken> {
      wishes.push(wish);
      await state.held;
      if (state.isGone) throw new StoreGone();
      return await kept.take(quota, client, wish);
    },
    left: () => undefined,
    close: () => {},
  };
  let timesEmpty = 0;
  const account = new CreditAccount({ quota, store, client: "a", onEmpty: () => timesEmpty++ });
  return {
    account,
    clock,
    kept,
    quota,
    wishes,
    state,
    timesEmpty: () => timesEmpty,
    /** Lets the store answer only when the function that it returns is called. */
    hold: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      state.held = promise;
      return resolve;
    },
    /** Takes from the store as another server does. */
    elsewhere: async (hashes: number) => await kept.take(quota, "a", { least: 1, most: hashes }),
    pass: async (ms: number): Promise<void> => {
      clock.nowMs += ms;
      t.mock.timers.tick(ms);
      await setImmediate();
    },
  };
}

describe("what a server holds of a client's credit", () => {
  test("is as much as its searches need, and no more is asked for", async (t) => {
    const { account, wishes } = setting(t);
    const { credit } = account.join(100);
    assert.equal(credit.isSpent, false, "before the store has said so");
    assert.equal(await account.ready(100), undefined);
    assert.deepEqual(wishes, [{ least: 100, most: 100 }]);
    assert.equal(account.available, 100);
    assert.equal(credit.within(4096), 100);
    credit.take(60);
    assert.deepEqual([account.available, credit.within(40)], [40, 40]);
    credit.giveBack(10);
    assert.deepEqual([account.available, credit.within(4096)], [50, 50]);
    assert.equal(wishes.length, 1);
    account.join(1).credit.within(1);
    await setImmediate();
    assert.deepEqual(wishes.slice(1), [{ least: 1, most: 1 }], "what the newcomer needs");
  });

  test("is asked for again for a range that is tried again", async (t) => {
    const { account, wishes } = setting(t);
    const { credit } = account.join(100);
    await account.ready(100);
    credit.take(100);
    assert.equal(credit.within(30), 0);
    await setImmediate();
    assert.deepEqual(wishes.at(-1), { least: 1, most: 30 });
    assert.equal(credit.within(30), 30);
  });

  test("is asked for once, however many searches begin at the same time", async (t) => {
    const { account, wishes, hold } = setting(t);
    const answer = hold();
    for (let i = 0; i < 3; i++) account.join(1000);
    const ready = Promise.all([account.ready(1000), account.ready(1000), account.ready(1000)]);
    answer();
    assert.deepEqual(await ready, [undefined, undefined, undefined]);
    assert.deepEqual(wishes, [{ least: 1000, most: 3000 }]);
  });

  test("is enough for another search without asking, to the last hash, also while more is asked for", async (t) => {
    const { account, wishes, hold } = setting(t, 10_000);
    const { credit } = account.join(100);
    await account.ready(100);
    account.join(5000);
    assert.equal(await account.ready(5000), undefined, "a hundredth of the credit is there");
    assert.equal(wishes.length, 1);
    hold();
    credit.within(100);
    credit.within(100);
    assert.deepEqual(wishes.slice(1), [{ least: 1, most: 5000 }], "asked once");
    assert.equal(await account.ready(5000), undefined, "without waiting for the answer");
  });

  test("waits for what is asked for where a hash is missing, and asks for that one alone", async (t) => {
    const { account, wishes, elsewhere, hold } = setting(t, 10_000);
    const { credit } = account.join(100);
    await account.ready(100);
    credit.take(1);
    await elsewhere(9_900);
    // Nothing is there: the store is empty for now.
    assert.equal(credit.within(100), 99);
    await setImmediate();
    account.join(5000);
    assert.deepEqual(await account.ready(5000), { left: 99, least: 100, afterMs: 100 });
    assert.deepEqual(wishes.at(-1), { least: 1, most: 5000 });
    const answer = hold();
    const again = account.ready(5000);
    credit.giveBack(1);
    answer();
    await again;
    assert.equal(account.available, 100);
    assert.equal(await account.ready(5000), undefined);
  });

  test("counts for what a search needs to begin, and is told where it is not enough", async (t) => {
    const { account, wishes, kept, quota, elsewhere } = setting(t, 10_000);
    account.join(40);
    await account.ready(40);
    await elsewhere(9_930);
    account.join(5000);
    assert.deepEqual(await account.ready(5000), { left: 70, least: 100, afterMs: 3000 });
    assert.deepEqual(wishes.at(-1), { least: 60, most: 5000 });
    await kept.take(quota, "a", { least: -30, most: -30 });
    assert.equal(await account.ready(5000), undefined);
    assert.equal(account.available, 100);
  });

  test("may be begun with for a single hash that was missing", async (t) => {
    const { account, elsewhere } = setting(t, 10_000);
    account.join(99);
    await account.ready(99);
    await elsewhere(9_900);
    account.join(5000);
    assert.equal(await account.ready(5000), undefined);
    assert.equal(account.available, 100);
  });

  test("is spent when the store has no more and none is left, and not while it is asked", async (t) => {
    const { account, hold } = setting(t, 100);
    const { credit } = account.join(1000);
    await account.ready(1000);
    assert.deepEqual([account.available, credit.isSpent], [100, false]);
    credit.take(100);
    assert.equal(credit.isSpent, true);
    const answer = hold();
    const asked = account.ready(1);
    assert.equal(credit.isSpent, false);
    answer();
    assert.deepEqual(await asked, { left: 0, least: 1, afterMs: 100 });
    assert.equal(credit.isSpent, true);
    assert.equal(credit.retryAfterMs, 100);
  });

  test("is told to those who wait when it may be more, and not when nothing has come back", async (t) => {
    const { account } = setting(t);
    const { credit } = account.join(100);
    let changes = 0;
    credit.onChange(() => changes++);
    await account.ready(100);
    assert.equal(changes, 1);
    credit.take(100);
    credit.giveBack(0);
    assert.equal(changes, 1);
    credit.giveBack(1);
    assert.equal(changes, 2);
  });

  test("comes in portions that are twice as large when one was used up sooner than in half a second, and half as large when it lasted for more than four", async (t) => {
    const { account, wishes, pass } = setting(t);
    const { credit } = account.join(2 ** 36);
    await account.ready(2 ** 36);
    const all = [portion];
    for (const [afterMs, factor] of [
      [499, 2],
      [500, 2],
      [0, 4],
      [4000, 4],
      [4001, 2],
      [4001, 1],
      [60_000, 1],
    ] as const) {
      await pass(afterMs);
      credit.take(account.available);
      assert.equal(credit.within(4096), 0);
      await setImmediate();
      all.push(factor * portion);
    }
    const [{ least } = {}] = wishes;
    // What a search begins with is asked for at once, however much that is.
    assert.deepEqual(
      wishes.map(({ most }) => most),
      [least, ...all.slice(1)],
    );
  });

  test("is asked for when half a portion is left, and not before", async (t) => {
    const { account, wishes } = setting(t, 2 ** 28);
    const { credit } = account.join(2 ** 26);
    await account.ready(2 ** 26);
    assert.equal(account.available, portion);
    credit.take(portion / 2);
    credit.within(4096);
    assert.equal(wishes.length, 1);
    credit.take(1);
    credit.within(4096);
    assert.equal(wishes.length, 2);
  });

  test("is asked for once a second while the store is gone", async (t) => {
    const { account, wishes, state, pass } = setting(t);
    const { credit } = account.join(2 ** 36);
    await account.ready(2 ** 36);
    state.isGone = true;
    credit.take(account.available);
    // As the engine does, in a turn of its own.
    let offering: Promise<unknown> | undefined;
    credit.onChange(() => {
      offering = setImmediate().then(() => credit.within(4096));
    });
    for (let seconds = 0; seconds < 3; seconds++) {
      for (let i = 0; i < 5; i++) {
        credit.within(4096);
        await setImmediate();
        await offering;
      }
      assert.equal(wishes.length, 2 + seconds);
      await pass(999);
      assert.equal(wishes.length, 2 + seconds);
      await pass(1);
    }
    state.isGone = false;
    await pass(1000);
    assert.ok(account.available > 0);
  });

  test("is not asked for any more when the last search has left a store that is gone", async (t) => {
    const { account, wishes, state, pass } = setting(t);
    const { credit, leave } = account.join(2 ** 36);
    await account.ready(2 ** 36);
    state.isGone = true;
    credit.take(account.available);
    credit.within(4096);
    await setImmediate();
    leave();
    await pass(5000);
    assert.equal(wishes.length, 2);
  });

  test("is all put back when its last search leaves, and once", async (t) => {
    const { account, wishes, kept, quota, timesEmpty } = setting(t, 10_000);
    const [one, other] = [account.join(300), account.join(200)];
    await account.ready(300);
    one.credit.take(120);
    one.leave();
    one.leave();
    assert.deepEqual([wishes.length, timesEmpty()], [1, 0]);
    other.leave();
    other.leave();
    assert.deepEqual([wishes.slice(1), timesEmpty()], [[{ least: -380, most: -380 }], 1]);
    await setImmediate();
    assert.deepEqual([account.available, kept.left(quota, "a")], [0, 10_000 - 120]);
  });

  test("is not put back where nothing of it is left", async (t) => {
    const { account, wishes } = setting(t);
    const { credit, leave } = account.join(100);
    await account.ready(100);
    credit.take(100);
    leave();
    assert.equal(wishes.length, 1);
  });

  test("is put back too when it comes after the last search has left", async (t) => {
    const { account, wishes, kept, quota, hold } = setting(t, 10_000);
    const { credit, leave } = account.join(1000);
    await account.ready(100);
    const left = account.available;
    credit.take(left);
    const answer = hold();
    credit.within(10);
    credit.giveBack(7);
    leave();
    answer();
    await setImmediate();
    assert.equal(account.available, 0);
    assert.equal(kept.left(quota, "a"), 10_000 - left + 7);
    assert.ok(wishes.slice(2).every(({ least, most }) => least === most && most < 0));
  });
});
