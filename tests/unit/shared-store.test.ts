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
function setting(t: TestContext, whenDown: WhenDown) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const kept = new MemoryStore();
  const questions: Wish[] = [];
  const state: { how: "answers" | "fails" | "is silent" } = { how: "answers" };
  const late: (() => void)[] = [];
  const remote = {
    async take(of: Quota, client: string, wish: Wish): Promise<Taken> {
      questions.push(wish);
      if (state.how === "fails") throw new Error("ECONNREFUSED");
      if (state.how === "is silent") await new Promise<void>((resolve) => void late.push(resolve));
      return await kept.take(of, client, wish);
    },
    close: () => {},
  };
  const logged: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(JSON.parse(line).msg) });
  const store = new SharedStore(remote, { whenDown, log });
  const pass = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms);
    for (let i = 0; i < 3; i++) await setImmediate();
  };
  const answerLate = (): void => {
    state.how = "answers";
    for (const answer of late.splice(0)) answer();
  };
  return { store, kept, questions, state, logged, pass, answerLate };
}

const gone = "the quota store is gone";
const back = "the quota store is back";

describe("a quota store elsewhere", () => {
  for (const how of ["fails", "is silent"] as const) {
    test(`that ${how} is gone for all at once, is asked once a second, and said once when it goes and is back`, async (t) => {
      const { store, questions, state, logged, pass, answerLate } = setting(t, "refuse");
      await store.take(quota, "a", ten);
      state.how = how;
      const waiting = Array.from({ length: 20 }, () =>
        assert.rejects(store.take(quota, "a", ten), StoreGone),
      );
      await pass(answerMs);
      await Promise.all(waiting);
      const asked = questions.length;
      for (let i = 0; i < 20; i++) await assert.rejects(store.take(quota, "a", ten), StoreGone);
      assert.equal(questions.length, asked);
      assert.deepEqual(logged, [gone]);
      await pass(1000);
      await pass(answerMs);
      assert.equal(questions.length, asked + 1);
      answerLate();
      await pass(1000);
      assert.deepEqual(logged, [gone, back]);
      assert.equal((await store.take(quota, "a", ten)).granted, 10);
      store.close();
    });
  }

  test("that answers late has given nothing away: it goes back", async (t) => {
    const { store, kept, state, pass, answerLate } = setting(t, "refuse");
    state.how = "is silent";
    const refused = assert.rejects(store.take(quota, "a", ten), StoreGone);
    await pass(answerMs);
    await refused;
    answerLate();
    await pass(0);
    assert.equal(Math.floor(kept.left(quota, "a")), 1000);
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
