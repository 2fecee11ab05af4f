import assert from "node:assert/strict";
import { once } from "node:events";
import { Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Quota, Taken } from "../../server/quotas/quota.ts";
import { RedisStore, StoreSpeaksNonsense } from "../../server/quotas/redis-store.ts";
import { bulk, type FakeRedis, fakeRedis } from "../support/fake-redis.ts";
import { until } from "../support/until.ts";

const quota: Quota = { of: "hashes", capacity: 1000, perSecond: 0.5 };
const ten = { least: 1, most: 10 };
const granted = (hashes: number, left: string): string => `*2\r\n:${hashes}\r\n${bulk(left)}`;

const isQuestion = ([name]: readonly string[]): boolean => /^eval/.test(name ?? "");

/** A store, and what it talks to: a server that answers each question in the same way, and OK to all else. */
async function setting(
  t: TestContext,
  question: string | ((redis: Socket) => string | undefined),
  { path = "", select = "+OK\r\n" } = {},
) {
  const redis: FakeRedis = await fakeRedis((command, socket) => {
    if (!isQuestion(command)) return command[0] === "select" ? select : "+OK\r\n";
    return typeof question === "string" ? question : question(socket);
  });
  const store = new RedisStore(redis.url + path);
  t.after(async () => {
    store.close();
    await redis.close();
  });
  return { redis, store, questions: () => redis.commands.filter(isQuestion) };
}

describe("a store in Redis", () => {
  test("is connected to when it is checked, and asked for nothing but its one script", async (t) => {
    const { redis, store } = await setting(t, granted(0, "1"));
    assert.equal(redis.connections, 0);
    await store.check();
    assert.equal(redis.connections, 1);
    assert.deepEqual(
      redis.commands.map(([name]) => name),
      // With which ioredis begins.
      ["hello", "eval"],
    );
    assert.deepEqual(redis.commands[1]?.slice(2), ["1", "hash-finder:searches:nobody", "1", "1", "0", "0"]);
  });

  test("is asked for a client's bucket by what is counted, with the quota and the wish", async (t) => {
    const { store, questions } = await setting(t, granted(7, "0.25"));
    await store.check().catch(() => {});
    assert.deepEqual(await store.take(quota, "2001:db8::/64", ten), { granted: 7, left: 0.25 });
    assert.deepEqual(questions().at(-1)?.slice(2), [
      "1",
      "hash-finder:hashes:2001:db8::/64",
      "1000",
      "0.5",
      "1",
      "10",
    ]);
  });

  test("is sent the script once, and then what it is known by", async (t) => {
    const { store, questions } = await setting(t, granted(1, "9"));
    await store.check().catch(() => {});
    for (let i = 0; i < 2; i++) await store.take(quota, "a", ten);
    assert.deepEqual(
      questions().map(([name]) => name),
      ["eval", "evalsha", "evalsha"],
    );
    assert.match(questions()[0]?.[1] ?? "", /redis\.call\('HSET', KEYS\[1\]/);
  });

  for (const [most, hashes] of [
    [10, 10],
    [10, 0],
    [0, 0],
    [-10, -10],
  ] as const) {
    test(`may grant ${hashes} of ${most}`, async (t) => {
      const { store } = await setting(t, granted(hashes, "990.5"));
      await store.check().catch(() => {});
      const taken = await store.take(quota, "a", { least: Math.min(1, most), most });
      assert.deepEqual(taken, { granted: hashes, left: 990.5 });
    });
  }

  for (const [answer, most, words] of [
    ["+OK\r\n", 10, 'it answers "OK"'],
    [`+${"x".repeat(100)}\r\n`, 10, `it answers "${"x".repeat(39)}`],
    ["$-1\r\n", 10, "it answers null"],
    ["*-1\r\n", 10, "it answers null"],
    [":10\r\n", 10, "it answers 10"],
    ["*0\r\n", 10, "it answers []"],
    ["*1\r\n:10\r\n", 10, "it answers [10]"],
    [`*2\r\n${bulk("10")}${bulk("990")}`, 10, 'it answers ["10","990"]'],
    ["*2\r\n:10\r\n:990\r\n", 10, "it answers [10,990]"],
    [granted(10, "nan"), 10, 'it answers [10,"nan"]'],
    [granted(10, "inf"), 10, 'it answers [10,"inf"]'],
    // More than was wished for would let a search compute what nobody paid.
    [granted(11, "990"), 10, 'it answers [11,"990"]'],
    [granted(1, "990"), 0, 'it answers [1,"990"]'],
    [granted(1, "990"), -10, 'it answers [1,"990"]'],
  ] as const) {
    test(`speaks nonsense where ${words} to a wish for ${most}`, async (t) => {
      const { store } = await setting(t, answer);
      await store.check().catch(() => {});
      await assert.rejects(store.take(quota, "a", { least: Math.min(1, most), most }), (error) => {
        assert.ok(error instanceof StoreSpeaksNonsense);
        assert.equal(error.message, words);
        return true;
      });
    });
  }

  test("is no store when it is checked: what it says of itself is what is told", async (t) => {
    const { store } = await setting(t, "+OK\r\n");
    await assert.rejects(store.check(), StoreSpeaksNonsense);
    // ioredis goes on without the database that was asked for.
    const other = await setting(t, granted(0, "1"), {
      path: "/99",
      select: "-ERR DB index is out of range\r\n",
    });
    await assert.rejects(other.store.check(), /DB index is out of range/);
    const { url, close } = await fakeRedis(() => undefined);
    await close();
    const nobody = new RedisStore(url);
    await assert.rejects(nobody.check(), { code: "ECONNREFUSED" });
    nobody.close();
  });

  test("that breaks off is asked nothing twice, fails at once until it is there again, and is there in half a second", async (t) => {
    const { redis, store, questions } = await setting(t, (socket) => {
      if (questions().length > 1) return granted(1, "9");
      socket.destroy();
      return undefined;
    });
    await assert.rejects(store.check());
    const before = performance.now();
    await assert.rejects(store.take(quota, "a", ten), /Stream isn't writeable|Connection is closed/);
    assert.ok(performance.now() - before < 400, "it waited for the connection");
    await until(() => redis.connections === 2 && redis.open.size === 1);
    assert.ok(performance.now() - before < 2000);
    assert.equal(questions().length, 1);
    let taken: Taken | undefined;
    while (taken === undefined) {
      await setImmediate();
      taken = await store.take(quota, "a", ten).catch(() => undefined);
    }
    assert.equal(questions().length, 2);
  });

  test("that says nothing is given up after 5 s, also while it is connected to", async (t) => {
    const { mock } = t.mock.method(Socket.prototype, "setTimeout");
    const { store } = await setting(t, granted(0, "1"));
    await store.check();
    const times = new Set(mock.calls.map((call) => call.arguments[0]).filter((ms) => ms !== 0));
    assert.deepEqual([...times], [5000]);
  });

  test("is let go of when it is closed, and not connected to again", async (t) => {
    const { redis, store } = await setting(t, granted(0, "1"));
    await store.check();
    const [socket] = redis.open;
    assert.ok(socket);
    const closed = once(socket, "close");
    store.close();
    await closed;
    await assert.rejects(store.take(quota, "a", ten));
    assert.equal(redis.connections, 1);
  });
});
