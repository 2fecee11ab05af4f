import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { after, before, describe, test } from "node:test";
import { Code, type ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { ErrorInfoSchema, RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import { SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { MemoryStore } from "../../server/quotas/memory-store.ts";
import type { Quota } from "../../server/quotas/quota.ts";
import { RedisStore } from "../../server/quotas/redis-store.ts";
import { untilActivity } from "../support/activity.ts";
import { clientsFrom } from "../support/callers.ts";
import { type Clients, endless, errorOf, nativeClients, reportOf, webClients } from "../support/clients.ts";
import { freePort } from "../support/ports.ts";
import { noRedis, redisOf, type TestRedis } from "../support/redis.ts";
import { refusedStart } from "../support/refused-start.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";
import { tokenFile } from "../support/token-file.ts";

const gone = { msg: "the quota store is gone" };
const back = { msg: "the quota store is back" };

/** A search that ends at once. */
const short = { desiredName: "a" };

describe("Redis keeps quotas", { skip: noRedis }, () => {
  let redis: TestRedis;
  before(async () => {
    redis = await redisOf();
    await redis.start();
  });
  after(async () => await redis.kill());

  test("as memory does, whatever is taken and put back, up to 2^53 - 1", async () => {
    const store = new RedisStore(redis.url);
    await store.check();
    let clients = 0;
    const amount = fc.integer({ min: -2000, max: 2000 });
    const wishes = fc.array(fc.record({ least: fc.nat(1500), most: amount }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(1000, Number.MAX_SAFE_INTEGER), wishes, async (capacity, wanted) => {
        // So slowly that nothing comes back in a test's time.
        const quota: Quota = { of: "hashes", capacity, perSecond: 1e-9 };
        const memory = new MemoryStore({ nowMs: () => 0 });
        const client = `client ${clients++}`;
        for (const { least, most } of wanted) {
          const wish = { least: Math.min(least, most), most };
          const there = await store.take(quota, client, wish);
          const here = await memory.take(quota, client, wish);
          assert.deepEqual({ ...there, left: Math.floor(there.left + 1e-3) }, here);
        }
      }),
    );
    store.close();
  });

  test("which fill by its own clock, and forgets those that are full", async () => {
    const store = new RedisStore(redis.url);
    await store.check();
    const quota: Quota = { of: "hashes", capacity: 1000, perSecond: 10_000 };
    const least = { least: 1000, most: 1000 };
    const taken = await store.take(quota, "full soon", least);
    assert.deepEqual(taken, { granted: 1000, left: 0 });
    while ((await store.take(quota, "full soon", least)).granted === 0);
    store.close();
  });

  test("that servers share: searches a minute, and credit to the last portion", async () => {
    const args = ["--maximum-hashes", "0", "--quota-store", redis.url, "--searches-per-minute", "5"];
    args.push("--hash-credit", "6000000", "--hash-credit-per-second", "1");
    const servers = await Promise.all([startServer({ args }), startServer({ args })]);
    const [one, other] = servers.map(webClients) as [Clients, Clients];
    const spent = await reportIn(errorOf(one, "find", { ...endless(), maximumHashes: 2_000_000n }));
    assert.equal(spent?.hashesComputed, 2_000_000n);
    const [, second] = servers as [TestServer, TestServer];
    await untilActivity(second.url, ({ hashCredit: { left = 0n } = {} }) => left > 0n && left < 4_000_060n);
    const rest = await errorOf(other, "find", endless());
    assert.equal(rest?.findDetails(ErrorInfoSchema)[0]?.reason, "CREDIT");
    const [{ hashesComputed = 0n } = {}] = rest.findDetails(SearchReportSchema);
    assert.ok(hashesComputed >= 4_000_000n && hashesComputed < 4_000_100n, `${hashesComputed}`);
    for (const clients of [one, other, one]) {
      assert.match((await errorOf(clients, "find", short))?.rawMessage ?? "", /^You have \d+ hashes left/);
    }
    assert.match((await errorOf(other, "find", short))?.rawMessage ?? "", /^You may ask for 5 searches/);
    for (const server of servers) await stopCleanly(server);
  });

  test("that are a token's own: its holder has them once, on whichever server", async () => {
    const tokens = tokenFile("di searches-per-minute=3", "ed searches-per-minute=0");
    const args = ["--quota-store", redis.url, "--token-file", tokens.path];
    const servers = await Promise.all([startServer({ args }), startServer({ args })]);
    const asked = async (name: string, server: TestServer) => {
      const clients = clientsFrom(server, "gRPC-Web", "127.0.0.1", tokens.header(name));
      return (await errorOf(clients, "find", short))?.rawMessage ?? "";
    };
    const [one, other] = servers as [TestServer, TestServer];
    for (const server of [one, other, one]) assert.equal(await asked("di", server), "");
    for (const server of [one, other]) {
      assert.match(await asked("di", server), /^You may ask for 3 searches a minute/);
      assert.equal(await asked("ed", server), "");
    }
    tokens.remove();
    for (const server of servers) await stopCleanly(server);
  });

  test("which have back what a server that leaves has not computed", async () => {
    const credit = 1_000_000_000_000n;
    // Another database: in the first one something has been spent.
    const args = ["--maximum-hashes", "0", "--quota-store", `${redis.url}/1`];
    args.push("--hash-credit", String(credit), "--hash-credit-per-second", "1");
    const leaves = await startServer({ args });
    const ended = reportIn(errorOf(webClients(leaves), "find", endless()));
    await untilActivity(leaves.url, (now) => now.workersBusy > 0 && now.hashesComputed > 0n);
    await stopCleanly(leaves);
    const { hashesComputed = 0n } = (await ended) ?? {};
    const stays = await startServer({ args });
    const { hashCredit } = await untilActivity(stays.url, (now) => now.hashCredit !== undefined);
    const paid = credit - (hashCredit?.left ?? 0n);
    assert.ok(paid <= hashesComputed && paid > hashesComputed - 60n, `${paid} of ${hashesComputed} paid`);
    await stopCleanly(stays);
  });
});

describe("while Redis is gone", { skip: noRedis }, () => {
  let redis: TestRedis;
  before(async () => {
    redis = await redisOf();
    await redis.start();
  });
  after(async () => await redis.kill());

  const quotas = ["--searches-per-minute", "1000", "--hash-credit", "1000000000000"];
  quotas.push("--hash-credit-per-second", "1", "--maximum-hashes", "0");

  for (const [how, leave, comeBack] of [
    ["ended", () => redis.kill(), () => redis.start()],
    ["stopped", async () => redis.signal("SIGSTOP"), async () => redis.signal("SIGCONT")],
  ] as const) {
    test(`${how}, searches are refused in time, and the log says it once`, async () => {
      const server = await startServer({ args: ["--quota-store", redis.url, ...quotas] });
      const clients = nativeClients(server);
      assert.equal(await errorOf(clients, "find", short), undefined);
      await leave();
      for (let i = 0; i < 10; i++) {
        const before = performance.now();
        const error = await errorOf(clients, "find", short);
        // The first one waits for 250 ms at the most, the others not at all.
        const tookMs = performance.now() - before;
        assert.ok(tookMs < 1000, `it took ${Math.round(tookMs)} ms`);
        assert.equal(error?.code, Code.Unavailable);
        assert.match(error.rawMessage, /cannot look up how much you may still compute/);
        assert.equal(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds, 1n);
      }
      await comeBack();
      await server.untilLogged(back);
      assert.equal(await errorOf(clients, "find", short), undefined);
      assert.deepEqual([server.logged(gone).length, server.logged(back).length], [1, 1]);
      await server.stop();
      assert.equal(await server.ended(), 0);
    });
  }

  test("searches are allowed where that is asked for, and one that runs goes on", async () => {
    const server = await startServer({
      args: ["--quota-store", redis.url, "--quota-store-down", "allow", ...quotas],
    });
    const clients = webClients(server);
    const request = endless();
    const controller = new AbortController();
    const running = errorOf(clients, "find", request, controller);
    await untilActivity(server.url, ({ workersBusy }) => workersBusy > 0);
    await redis.kill();
    assert.equal(await errorOf(clients, "find", short), undefined);
    assert.equal(await server.untilLogged(gone), 1);
    const { hashesComputed } = await untilActivity(server.url, () => true);
    await untilActivity(server.url, (now) => now.hashesComputed > hashesComputed + 50_000_000n);
    controller.abort();
    await running;
    const report = await reportOf(clients, request.searchId);
    assert.equal(report.workersIdle, report.workersUsed);
    await redis.start();
    await server.untilLogged(back);
    await server.stop();
    assert.equal(await server.ended(), 0);
  });
});

describe("at the start", () => {
  const quota = ["--searches-per-minute", "10"];

  for (const [about, serve, words] of [
    [
      "a web server",
      () => createServer((_request, response) => response.end("hello\n")),
      /^--quota-store cannot be used: Unknown RESP type .*\. Give the address of a Redis or Valkey server/,
    ],
    [
      "a server that says OK to everything",
      () =>
        createTcpServer((socket) => {
          socket.on("error", () => {});
          socket.on("data", () => socket.write("+OK\r\n"));
        }),
      /^--quota-store cannot be used: it answers "OK"\. Give the address/,
    ],
    [
      "a server that says nothing",
      () => createTcpServer((socket) => void socket.on("error", () => {})),
      /^--quota-store cannot be used: no answer within 2 s\. Start it first, or start with --quota-store-down allow\.\n$/,
    ],
    ["nobody", undefined, /^--quota-store cannot be used: connect ECONNREFUSED .*\. Start it first/],
  ] as const) {
    test(`${about} is no quota store, in one clear line`, async () => {
      const server = serve && (await listening(serve()));
      const port = server ? (server.address() as AddressInfo).port : await freePort();
      const said = await refusedStart(...quota, "--quota-store", `redis://:secret@127.0.0.1:${port}`);
      assert.match(said, words);
      assert.doesNotMatch(said, /secret/);
      server?.close();
    });
  }

  test("a database or a password that is not the store's is refused", { skip: noRedis }, async () => {
    const redis = await redisOf(["--requirepass", "right"]);
    await redis.start();
    for (const [url, words] of [
      [redis.url, /NOAUTH/],
      [redis.url.replace("//", "//:wrong@"), /WRONGPASS/],
      [`${redis.url.replace("//", "//:right@")}/99`, /DB index is out of range/],
    ] as const) {
      assert.match(await refusedStart(...quota, "--quota-store", url), words);
    }
    const args = [...quota, "--quota-store", redis.url.replace("//", "//:right@")];
    const server = await startServer({ args });
    assert.equal(await errorOf(webClients(server), "find", short), undefined);
    await stopCleanly(server);
    await redis.kill();
  });

  test("a store that is out of reach may come later, where searches are allowed without it", {
    skip: noRedis,
  }, async () => {
    const redis = await redisOf();
    const args = [...quota, "--quota-store", redis.url, "--quota-store-down", "allow"];
    const server = await startServer({ args });
    assert.equal(server.logged(gone).length, 1);
    assert.equal(await errorOf(webClients(server), "find", short), undefined);
    await redis.start();
    await server.untilLogged(back);
    await server.stop();
    await redis.kill();
  });
});

async function listening(server: Server): Promise<Server> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

async function reportIn(call: Promise<ConnectError | undefined>) {
  return (await call)?.findDetails(SearchReportSchema)[0];
}
