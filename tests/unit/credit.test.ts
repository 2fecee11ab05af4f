import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Refused } from "../../server/calls/refusal.ts";
import { Engine } from "../../server/engine/engine.ts";
import { MemoryStore } from "../../server/quotas/memory-store.ts";
import type { Quota, Taken, Wish } from "../../server/quotas/quota.ts";
import { type QuotaStore, StoreGone } from "../../server/quotas/quota-store.ts";
import type { Customer } from "../../server/quotas/quotas.ts";
import type { Search } from "../../server/search/search.ts";
import { Searches } from "../../server/search/searches.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { noLimits } from "../support/limits.ts";
import { quotasOf } from "../support/quotas.ts";

const { signal } = new AbortController();
const a: Customer = { client: "a", limits: {} };

/** A store that a test empties, refills and takes away; nothing refills by itself. */
class TestStore extends MemoryStore {
  isGone = false;
  /** What it waits for before it answers. */
  held: Promise<void> | undefined;
  readonly wishes: Wish[] = [];

  constructor() {
    super({ nowMs: () => 0 });
  }

  override async take(quota: Quota, client: string, wish: Wish): Promise<Taken> {
    if (this.isGone) throw new StoreGone();
    this.wishes.push(wish);
    if (this.held !== undefined) await this.held;
    return await super.take(quota, client, wish);
  }
}

/** Searches of clients with a credit, on workers whose slices are of 4,000 candidates. */
function setting(t: TestContext, { credit = 10_000, threads = 1 } = {}) {
  const workers = new FakeWorkers(threads, 2000);
  const searches = new Searches(new Engine(workers), noLimits, () => {});
  const store = new TestStore();
  const quotas = quotasOf({ hashCredit: credit, hashCreditPerSecond: 10 }, store as QuotaStore);
  t.after(async () => {
    const closed = searches.close("shutdown");
    for (const slice of [...workers.slices]) slice.finish(0);
    await closed;
  });
  const begun = async (end = 2n ** 60n, client = "a"): Promise<Search> => {
    const permit = await quotas.admit({ client, limits: {} }, Number(end), signal);
    const query = {
      name: "zzzzzzzzzzzz",
      idealDistance: 0,
      listedDistance: 0,
      start: 0n,
      end,
      budgeted: true,
    };
    const search = searches.start({ id: randomUUID(), client, owner: client, call: "find", query, permit });
    // Whoever asks for it reads it.
    search.answer().catch(() => {});
    await slices();
    return search;
  };
  const slices = async () => {
    // What is settled is given out again in a step of its own.
    for (let i = 0; i < 5; i++) await setImmediate();
    return workers.slices;
  };
  /** Everything is computed until nothing is given out any more. */
  const drain = async (): Promise<void> => {
    for (let given = [...(await slices())]; given.length > 0; given = [...(await slices())]) {
      for (const slice of given) slice.finish(slice.job.count);
    }
  };
  return { quotas, store, begun, slices, drain };
}

describe("a search with a hash credit", () => {
  test("takes what it computes, and all of it is there again but that", async (t) => {
    const { quotas, begun, drain } = setting(t);
    const search = await begun(6_500n);
    await drain();
    const { cause, hashesComputed } = await search.ended;
    assert.deepEqual([cause, hashesComputed], ["budget", 6_500n]);
    assert.equal(quotas.credit(a)?.left, 3_500);
  });

  test("pays nothing for what a Stop left uncomputed", async (t) => {
    const { quotas, store, begun, slices } = setting(t);
    const search = await begun();
    const [slice] = await slices();
    search.end("cancelled");
    slice?.finish(1_234);
    const { hashesComputed } = await search.ended;
    assert.equal(hashesComputed, 1_234n);
    assert.equal(quotas.credit(a)?.left, 10_000 - 1_234);
    // It is in the store, where other servers have it too.
    assert.equal(store.left({ of: "hashes", capacity: 10_000, perSecond: 10 }, "a"), 10_000 - 1_234);
  });

  test("computes no hash more than the credit, and ends with where to continue", async (t) => {
    const { quotas, begun, drain } = setting(t, { threads: 3 });
    const search = await begun();
    await drain();
    const report = await search.ended;
    assert.deepEqual([report.cause, report.hashesComputed, report.nextIndex], ["credit", 10_000n, 10_000n]);
    // A hundredth of the credit, at 10 a second.
    assert.equal(report.retryAfterMs, 10_000);
    assert.equal(quotas.credit(a)?.left, 0);
  });

  test("ends when another of its client takes the last of it, though nothing of it runs", async (t) => {
    const { begun, drain } = setting(t);
    const together = [await begun(), await begun(), await begun()];
    await drain();
    const reports = await Promise.all(together.map(({ ended }) => ended));
    assert.deepEqual(
      reports.map(({ cause }) => cause),
      ["credit", "credit", "credit"],
    );
    assert.equal(
      reports.reduce((sum, { hashesComputed }) => sum + hashesComputed, 0n),
      10_000n,
    );
  });

  test("is not begun with nothing left, and says when", async (t) => {
    const { begun, drain } = setting(t);
    const search = await begun();
    await drain();
    await search.ended;
    await assert.rejects(begun(), (error) => {
      assert.ok(error instanceof Refused);
      assert.deepEqual(error.refusal, {
        why: "credit spent",
        limit: 10_000,
        left: 0,
        least: 100,
        retryAfterMs: 10_000,
      });
      return true;
    });
    await begun(2n ** 60n, "somebody else");
  });

  test("begins with less than a hundredth of the credit when it needs no more", async (t) => {
    const { quotas, begun, drain } = setting(t);
    await begun(9_950n);
    await drain();
    await assert.rejects(begun(51n), Refused);
    const search = await begun(50n);
    await drain();
    assert.equal((await search.ended).cause, "budget");
    assert.equal(quotas.credit(a)?.left, 0);
  });

  test("pays for a range that is tried again after a crash, and still gets to its end", async (t) => {
    const { quotas, begun, slices, drain } = setting(t);
    const search = await begun(4_000n);
    const [slice] = await slices();
    if (slice) slice.tried = 700;
    slice?.crash();
    await drain();
    const { cause, hashesComputed } = await search.ended;
    assert.equal(cause, "budget");
    assert.equal(hashesComputed, 4_700n);
    assert.equal(quotas.credit(a)?.left, 10_000 - 4_700);
  });

  test("shares it with the client's other searches, to the last hash", async (t) => {
    const { quotas, begun, drain } = setting(t, { threads: 2 });
    const both = [await begun(), await begun()];
    await drain();
    const reports = await Promise.all(both.map(({ ended }) => ended));
    assert.deepEqual(
      reports.map(({ cause }) => cause),
      ["credit", "credit"],
    );
    const computed = reports.reduce((sum, { hashesComputed }) => sum + hashesComputed, 0n);
    assert.equal(computed, 10_000n);
    assert.equal(quotas.credit(a)?.left, 0);
  });

  test("goes on with what another search of the client gives back", async (t) => {
    const { begun, slices, drain } = setting(t, { credit: 5_000 });
    const first = await begun();
    const second = await begun();
    const [slice] = await slices();
    first.end("cancelled");
    slice?.finish(0);
    await drain();
    const { cause, hashesComputed } = await second.ended;
    assert.deepEqual([cause, hashesComputed], ["credit", 5_000n]);
  });

  test("asks the store in portions that grow, not at each range", async (t) => {
    const { store, begun, drain } = setting(t, { credit: 2 ** 40 });
    await begun(2n ** 25n);
    // 8,192 ranges of 4,096 candidates or so.
    await drain();
    const asked = store.wishes.filter(({ most }) => most > 0).length;
    assert.ok(asked <= 8, `the store was asked ${asked} times`);
  });

  test("rests while the store is gone, and goes on when it is back", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { quotas, store, begun, slices, drain } = setting(t, { credit: 2 ** 30 });
    const search = await begun(2n ** 24n);
    store.isGone = true;
    await drain();
    assert.equal(search.report, undefined);
    assert.ok(search.hashes > 0n && search.hashes < 2n ** 24n);
    store.isGone = false;
    t.mock.timers.tick(1000);
    assert.notEqual((await slices()).length, 0);
    await drain();
    assert.equal((await search.ended).hashesComputed, 2n ** 24n);
    assert.equal(quotas.credit(a)?.left, 2 ** 30 - 2 ** 24);
  });

  test("is not begun while the store is gone", async (t) => {
    const { store, begun } = setting(t);
    store.isGone = true;
    await assert.rejects(
      begun(),
      (error) =>
        error instanceof Refused && error.refusal.why === "store gone" && error.refusal.retryAfterMs >= 1000,
    );
  });

  test("whose call is aborted while the store is asked gets nothing, and pays nothing", async (t) => {
    const { quotas, store, slices } = setting(t);
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    store.held = promise;
    const admitted = quotas.admit(a, 5_000, controller.signal);
    controller.abort(new Error("gone"));
    await assert.rejects(admitted, /gone/);
    resolve();
    await slices();
    assert.deepEqual(
      store.wishes.map(({ most }) => most),
      [5_000, -5_000],
    );
    assert.equal(quotas.credit(a)?.left, 10_000);
  });
});

describe("a client with quotas of its own", () => {
  const usual = { searchesPerMinute: 1, hashCredit: 10_000, hashCreditPerSecond: 10 };
  const credit = { hashCredit: 40_000, hashCreditPerSecond: 7 };

  test("has them in place of everybody's, each by itself, and 0 is none", async () => {
    const quotas = quotasOf(usual, new MemoryStore({ nowMs: () => 0 }));
    const own = { client: "own", limits: credit };
    const free = { client: "free", limits: { searchesPerMinute: 0, hashCredit: 0 } };
    assert.deepEqual(quotas.credit(a), { left: 10_000, full: 10_000, perSecond: 10 });
    assert.deepEqual(quotas.credit(own), { left: 40_000, full: 40_000, perSecond: 7 });
    assert.equal(quotas.credit(free), undefined);
    const permit = await quotas.admit(own, 30_000, signal);
    assert.equal(permit.credit?.within(30_000), 30_000);
    permit.release();
    // What a minute has is everybody's.
    await assert.rejects(quotas.admit(own, 1, signal), Refused);
    for (let i = 0; i < 3; i++) assert.equal((await quotas.admit(free, 1, signal)).credit, undefined);
  });

  test("has others from the next search on, also beside one that runs", async () => {
    const quotas = quotasOf({}, new MemoryStore({ nowMs: () => 0 }));
    const first = await quotas.admit({ client: "own", limits: credit }, 40_000, signal);
    first.credit?.take(40_000);
    const less = { client: "own", limits: { hashCredit: 500, hashCreditPerSecond: 1 } };
    await assert.rejects(quotas.admit(less, 100, signal), (error) => {
      assert.ok(error instanceof Refused);
      assert.partialDeepStrictEqual(error.refusal, { why: "credit spent", limit: 500, least: 5 });
      return true;
    });
    first.credit?.giveBack(40_000);
    first.release();
    assert.deepEqual(quotas.credit(less), { left: 500, full: 500, perSecond: 1 });
  });
});

describe("a client's credit", () => {
  test("has what this server holds of it for searches that run", async (t) => {
    const { quotas, begun } = setting(t);
    await begun(6_000n);
    // One slice is under way, and the rest of what the search needs is here.
    assert.equal(quotas.credit(a)?.left, 10_000 - 4_000);
  });

  test("is one account as long as a search of it is there, and a new one afterwards", async (t) => {
    const { quotas, store } = setting(t, { credit: 2 ** 28 });
    const wanted = async (): Promise<number | undefined> => {
      const { release } = await quotas.admit(a, 2 ** 27, signal);
      const most = store.wishes.at(-1)?.most;
      release();
      return most;
    };
    // An account that goes on asks for more each time.
    const [first, second] = [await wanted(), await wanted()];
    assert.ok(first);
    assert.equal(second, first);
  });

  test("may be a single hash", async () => {
    const quotas = quotasOf({ hashCredit: 1, hashCreditPerSecond: 1 }, new MemoryStore({ nowMs: () => 0 }));
    const { credit } = await quotas.admit(a, 10, signal);
    assert.equal(credit?.within(10), 1);
    credit.take(1);
    await assert.rejects(quotas.admit(a, 10, signal), (error) => {
      assert.ok(error instanceof Refused);
      assert.deepEqual(error.refusal, {
        why: "credit spent",
        limit: 1,
        left: 0,
        least: 1,
        retryAfterMs: 1000,
      });
      return true;
    });
  });
});

describe("quotas", () => {
  test("are none where nothing is limited", async () => {
    const quotas = quotasOf();
    for (let i = 0; i < 100; i++) {
      const permit = await quotas.admit(a, Number.MAX_SAFE_INTEGER, signal);
      assert.equal(permit.credit, undefined);
      permit.release();
    }
    assert.equal(quotas.credit(a)?.left, undefined);
  });

  test("are asked of the store by what is counted and who, and close it", async () => {
    const asked: string[] = [];
    let isClosed = false;
    const store = new (class extends MemoryStore {
      override async take(quota: Quota, client: string, wish: Wish): Promise<Taken> {
        asked.push(`${quota.of} of ${client}`);
        return await super.take(quota, client, wish);
      }
      override close(): void {
        isClosed = true;
      }
    })();
    const quotas = quotasOf({ searchesPerMinute: 1, hashCredit: 10, hashCreditPerSecond: 1 }, store);
    await quotas.admit(a, 5, signal);
    assert.deepEqual(asked, ["searches of a", "hashes of a"]);
    quotas.close();
    assert.ok(isClosed);
  });
});

describe("searches a minute", () => {
  const minute = { searchesPerMinute: 3 };

  test("may be a single one, and no retry is asked for sooner than in a second", async () => {
    for (const [searchesPerMinute, retryAfterMs] of [
      [1, 60_000],
      [30, 2_000],
      [600, 1_000],
    ] as const) {
      const quotas = quotasOf({ searchesPerMinute }, new MemoryStore({ nowMs: () => 0 }));
      for (let i = 0; i < searchesPerMinute; i++) await quotas.admit(a, 1, signal);
      await assert.rejects(quotas.admit(a, 1, signal), (error) => {
        assert.ok(error instanceof Refused);
        assert.deepEqual(error.refusal, { why: "too often", limit: searchesPerMinute, retryAfterMs });
        return true;
      });
    }
  });

  test("are counted for each client, and come back one by one", async () => {
    const clock = { nowMs: 0 };
    const quotas = quotasOf(minute, new MemoryStore({ nowMs: () => clock.nowMs }));
    const admit = (client = "a") => quotas.admit({ client, limits: {} }, 1, signal);
    for (let i = 0; i < 3; i++) await admit();
    await admit("b");
    clock.nowMs = 5_000;
    await assert.rejects(admit(), (error) => {
      assert.ok(error instanceof Refused);
      assert.deepEqual(error.refusal, { why: "too often", limit: 3, retryAfterMs: 15_000 });
      return true;
    });
    clock.nowMs = 20_000;
    await admit();
    await assert.rejects(admit(), Refused);
  });

  test("leave the credit alone, as the credit leaves them", async () => {
    const quotas = quotasOf(minute);
    assert.equal(quotas.credit(a)?.left, undefined);
    assert.equal((await quotas.admit(a, 1, signal)).credit, undefined);
  });
});
