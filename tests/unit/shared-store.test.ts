import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { pino } from "pino";
import { MemoryStore } from "../../server/quotas/memory-store.ts";
import type { Quota, Taken, Wish } from "../../server/quotas/quota.ts";
import { StoreGone } from "../../server/quotas/quota-store.ts";
import { answerMs, SharedStore, type WhenDown } from "../../server/quotas/shared-store.ts";

const quota: Quota = { of: "hashes", capacity: 1000, perSecond: 0.001 };
const ten: Wish = { least: 1, most: 10 };

/** A store elsewhere that answers, fails or says nothing, as a test says. */
function setting(t: TestContext, whenDown: WhenDown, gone?: unknown) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const clock = { nowMs: 0 };
  t.mock.method(performance, "now", () => clock.nowMs);
  const kept = new MemoryStore();
  const questions: Wish[] = [];
  const asked: string[] = [];
  const state: { how: "answers" | "fails" | "is silent" } = { how: "answers" };
  const late: (() => void)[] = [];
  const remote = {
    async take(of: Quota, client: string, wish: Wish): Promise<Taken> {
      questions.push(wish);
      asked.push(`${of.of} of ${client}`);
      assert.ok(of.capacity > 0 && of.perSecond > 0);
      if (state.how === "fails") throw new Error("ECONNREFUSED");
      if (state.how === "is silent") await new Promise<void>((resolve) => void late.push(resolve));
      return await kept.take(of, client, wish);
    },
    close: () => void closed.push("the store"),
  };
  const closed: string[] = [];
  const logged: string[] = [];
  const reasons: unknown[] = [];
  const write = (line: string): void => {
    const { msg, reason, whenDown: action } = JSON.parse(line);
    logged.push(msg);
    if (msg === "the quota store is gone") reasons.push([reason, action]);
  };
  const log = pino({ level: "debug" }, { write });
  const store = new SharedStore(remote, { whenDown, log, ...(gone !== undefined && { gone }) });
  const pass = async (ms: number): Promise<void> => {
    clock.nowMs += ms;
    t.mock.timers.tick(ms);
    for (let i = 0; i < 3; i++) await setImmediate();
  };
  const answerLate = (): void => {
    state.how = "answers";
    for (const answer of late.splice(0)) answer();
  };
  return { store, kept, questions, asked, state, logged, reasons, closed, pass, answerLate };
}

const gone = "the quota store is gone";
const back = "the quota store is back";

describe("a quota store elsewhere", () => {
  for (const how of ["fails", "is silent"] as const) {
    test(`that ${how} is gone for all at once, is asked once a second, and said once when it goes and is back`, async (t) => {
      const { store, questions, asked, state, logged, reasons, pass, answerLate } = setting(t, "refuse");
      await store.take(quota, "a", ten);
      state.how = how;
      const waiting = Array.from({ length: 20 }, () =>
        assert.rejects(store.take(quota, "a", ten), StoreGone),
      );
      await pass(answerMs);
      await Promise.all(waiting);
      const before = questions.length;
      for (let i = 0; i < 20; i++) await assert.rejects(store.take(quota, "a", ten), StoreGone);
      assert.equal(questions.length, before);
      assert.deepEqual(logged, [gone]);
      assert.deepEqual(reasons, [[how === "fails" ? "ECONNREFUSED" : "no answer within 250 ms", "refuse"]]);
      await pass(1000);
      await pass(answerMs);
      assert.equal(questions.length, before + 1);
      // That looks at a bucket which is no client's, and takes nothing.
      assert.deepEqual([asked.at(-1), questions.at(-1)], ["searches of nobody", { least: 0, most: 0 }]);
      answerLate();
      await pass(1000);
      assert.deepEqual(logged, [gone, back]);
      assert.equal((await store.take(quota, "a", ten)).granted, 10);
      store.close();
    });
  }

  for (const most of [10, 1]) {
    test(`that answers late has given nothing away: ${most} go back`, async (t) => {
      const { store, kept, questions, state, pass, answerLate } = setting(t, "refuse");
      await store.take(quota, "a", { least: 1, most: 500 });
      state.how = "is silent";
      const refused = assert.rejects(store.take(quota, "a", { least: 1, most }), StoreGone);
      await pass(answerMs);
      await refused;
      answerLate();
      await pass(0);
      assert.deepEqual(questions.at(-1), { least: -most, most: -most });
      assert.equal(Math.floor(kept.left(quota, "a")), 500);
      store.close();
    });
  }

  test("that answers late and has granted nothing gets nothing back", async (t) => {
    const { store, questions, state, pass, answerLate } = setting(t, "refuse");
    await store.take(quota, "a", { least: 1, most: 1000 });
    state.how = "is silent";
    const refused = assert.rejects(store.take(quota, "a", ten), StoreGone);
    await pass(answerMs);
    await refused;
    const before = questions.length;
    answerLate();
    await pass(0);
    assert.equal(questions.length, before);
    store.close();
  });

  test("that is gone from the start is not asked but by the probe, and back when that is answered", async (t) => {
    for (const whenDown of ["refuse", "allow"] as const) {
      const { store, questions, logged, reasons, pass } = setting(
        t,
        whenDown,
        new Error("connect ETIMEDOUT"),
      );
      assert.deepEqual([logged, reasons], [[gone], [["connect ETIMEDOUT", whenDown]]]);
      if (whenDown === "allow") assert.equal((await store.take(quota, "a", ten)).granted, 10);
      else await assert.rejects(store.take(quota, "a", ten), StoreGone);
      assert.equal(questions.length, 0);
      await pass(1000);
      assert.deepEqual(logged, [gone, back]);
      assert.equal((await store.take(quota, "a", ten)).granted, 10);
      store.close();
      t.mock.reset();
      t.mock.timers.reset();
    }
  });

  test("that says anything but an Error is gone all the same", (t) => {
    const { reasons } = setting(t, "refuse", "no store");
    assert.deepEqual(reasons, [["no store", "refuse"]]);
  });

  test("that is closed is asked no more, whatever was under way, and nothing is said", async (t) => {
    // While a probe is due.
    const due = setting(t, "refuse", new Error("gone"));
    due.store.close();
    assert.deepEqual(due.closed, ["the store"]);
    await due.pass(10_000);
    assert.equal(due.questions.length, 0);
    t.mock.reset();
    t.mock.timers.reset();
    // While a probe is under way.
    const probed = setting(t, "refuse", new Error("gone"));
    probed.state.how = "is silent";
    await probed.pass(1000);
    probed.store.close();
    await probed.pass(answerMs);
    await probed.pass(10_000);
    assert.equal(probed.questions.length, 1);
    t.mock.reset();
    t.mock.timers.reset();
    // While somebody waits for an answer.
    const asked = setting(t, "refuse");
    asked.state.how = "is silent";
    const refused = assert.rejects(asked.store.take(quota, "a", ten), StoreGone);
    asked.store.close();
    await asked.pass(answerMs);
    await refused;
    await asked.pass(10_000);
    assert.deepEqual([asked.questions.length, asked.logged], [1, []]);
  });

  test("leaves no timer behind that waits for an answer which has come", async (t) => {
    const { store } = setting(t, "refuse");
    t.mock.timers.reset();
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    for (let i = 0; i < 5; i++) await store.take(quota, "a", ten);
    assert.ok(timers() <= before);
    store.close();
  });

  test("that is gone leaves each server to count for itself, where that is asked for", async (t) => {
    const { store, state, pass } = setting(t, "allow");
    await store.take(quota, "a", { least: 1, most: 1000 });
    state.how = "fails";
    assert.equal((await store.take(quota, "a", { least: 1, most: 900 })).granted, 900);
    assert.equal((await store.take(quota, "a", { least: 1, most: 900 })).granted, 100);
    assert.equal(Math.floor(store.left(quota, "a") ?? 1), 0);
    state.how = "answers";
    await pass(1000);
    assert.equal((await store.take(quota, "a", ten)).granted, 0);
    store.close();
  });

  test("is asked what is left once for all who watch a client, and once a second", async (t) => {
    const { store, questions, pass } = setting(t, "refuse");
    assert.equal(store.left(quota, "a"), undefined);
    for (let i = 0; i < 5; i++) store.left(quota, "a");
    await pass(0);
    assert.equal(store.left(quota, "a"), 1000);
    assert.deepEqual(questions, [{ least: 0, most: 0 }]);
    await store.take(quota, "a", ten);
    assert.equal(Math.floor(store.left(quota, "a") ?? 0), 990);
    assert.equal(questions.length, 2);
    await pass(999);
    store.left(quota, "a");
    assert.equal(questions.length, 2);
    await pass(1);
    for (let i = 0; i < 5; i++) store.left(quota, "a");
    await pass(0);
    assert.equal(questions.length, 3);
    // Each client and each quota is a question of its own.
    store.left(quota, "b");
    store.left({ ...quota, of: "searches" }, "b");
    store.left(quota, "c");
    assert.equal(questions.length, 6);
    await pass(0);
    store.close();
  });

  test("is not known to have anything left while it is gone", async (t) => {
    const { store, state } = setting(t, "refuse");
    await store.take(quota, "a", ten);
    state.how = "fails";
    await assert.rejects(store.take(quota, "a", ten), StoreGone);
    assert.equal(store.left(quota, "a"), undefined);
    store.close();
  });
});
