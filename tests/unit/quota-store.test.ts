import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { pino } from "pino";
import { ConfigError } from "../../server/options/config-error.ts";
import { quotaStoreOf } from "../../server/quota-store.ts";
import { MemoryStore } from "../../server/quotas/memory-store.ts";
import type { QuotaStore } from "../../server/quotas/quota-store.ts";
import { SharedStore } from "../../server/quotas/shared-store.ts";
import { bulk, type FakeRedis, fakeRedis } from "../support/fake-redis.ts";

const limits = { searchesPerMinute: 3, hashCredit: 0, hashCreditPerSecond: 0 };
const quota = { of: "searches", capacity: 3, perSecond: 0.05 } as const;
const granted = `*2\r\n:1\r\n${bulk("2")}`;
const looked = `*2\r\n:0\r\n${bulk("3")}`;

/** What keeps the quotas where a server answers its questions so; undefined: nobody is there. */
async function setting(
  t: TestContext,
  answer: ((command: readonly string[]) => string | undefined) | undefined,
  whenDown: "refuse" | "allow" = "refuse",
) {
  const redis = await fakeRedis((command) => answer?.(command));
  if (!answer) await redis.close();
  else t.after(() => redis.close());
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const url = redis.url.replace("//", "//:secret@");
  const made = quotaStoreOf({ limits, store: url, whenDown }, log).then((store) => {
    t.after(() => store.close());
    return store;
  });
  return { redis, made, logged };
}

const counting = ([name, ...args]: readonly string[]): string => {
  if (!/^eval/.test(name ?? "")) return "+OK\r\n";
  return args.at(-1) === "0" ? looked : granted;
};

/** In one line, without the password. */
async function refusedWith(made: Promise<QuotaStore>, words: RegExp): Promise<void> {
  await assert.rejects(made, (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, words);
    assert.doesNotMatch(error.message, /\n|secret/);
    return true;
  });
}

const untilClosed = async ({ open }: FakeRedis): Promise<void> => {
  while (open.size > 0) await setImmediate();
};

describe("quotas are kept", () => {
  test("in this process where no store is given", async () => {
    const log = pino({ level: "silent" });
    assert.ok(
      (await quotaStoreOf({ limits, store: undefined, whenDown: "refuse" }, log)) instanceof MemoryStore,
    );
  });

  for (const whenDown of ["refuse", "allow"] as const) {
    test(`in a store that answers: ${whenDown}`, async (t) => {
      const { made, logged } = await setting(t, counting, whenDown);
      const store = await made;
      assert.ok(store instanceof SharedStore);
      assert.deepEqual(await store.take(quota, "a", { least: 1, most: 1 }), { granted: 1, left: 2 });
      assert.deepEqual(logged, []);
    });
  }

  test("nowhere where nobody is there, unless searches are to go on without it", async (t) => {
    const refused = await setting(t, undefined);
    await refusedWith(
      refused.made,
      /^--quota-store cannot be used: connect ECONNREFUSED .*\. Start it first, or start with --quota-store-down allow\.$/,
    );
    const { made, logged } = await setting(t, undefined, "allow");
    const store = await made;
    assert.equal((await store.take(quota, "a", { least: 1, most: 1 })).granted, 1);
    assert.deepEqual(
      logged.map(({ msg, whenDown }) => [msg, whenDown]),
      [["the quota store is gone", "allow"]],
    );
    assert.match(String(logged[0]?.reason), /^connect ECONNREFUSED/);
  });

  for (const whenDown of ["refuse", "allow"] as const) {
    test(`nowhere where what answers is no store, also where searches may go on: ${whenDown}`, async (t) => {
      const { redis, made } = await setting(t, () => "+OK\r\n", whenDown);
      await refusedWith(
        made,
        /^--quota-store cannot be used: it answers "OK"\. Give the address of a Redis or Valkey server, with its password and database\.$/,
      );
      await untilClosed(redis);
    });
  }

  test("nowhere where nobody answers within two seconds, or by each server for itself", async (t) => {
    const began = performance.now();
    const [refused, allowed] = [
      await setting(t, () => undefined),
      await setting(t, () => undefined, "allow"),
    ];
    await refusedWith(
      refused.made,
      /^--quota-store cannot be used: no answer within 2 s\. Start it first, or start with --quota-store-down allow\.$/,
    );
    assert.ok(performance.now() - began >= 1990);
    await untilClosed(refused.redis);
    const store = await allowed.made;
    assert.equal((await store.take(quota, "a", { least: 1, most: 1 })).granted, 1);
    assert.deepEqual(
      allowed.logged.map(({ reason }) => reason),
      ["no answer within 2 s"],
    );
  });
});
