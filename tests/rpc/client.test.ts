import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { readActivity, untilActivity, untilIdle } from "../support/activity.ts";
import { clientsFrom, hasOneAddress } from "../support/callers.ts";
import { type Clients, endless, errorOf } from "../support/clients.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

// One address has no other to be told from.
const skip = hasOneAddress;
const limited = ["--maximum-hashes", "0", "--maximum-searches-per-client", "1"];

describe("who calls", () => {
  let direct: TestServer;
  let behindProxy: TestServer;
  before(async () => {
    direct = await startServer({ args: limited });
    behindProxy = await startServer({ args: [...limited, "--trusted-proxies", "127.0.0.0/29"] });
  });
  after(async () => {
    await stopCleanly(direct);
    await stopCleanly(behindProxy);
  });

  for (const over of ["gRPC-Web", "native gRPC"] as const) {
    test(`over ${over}, each address has its own limits`, { skip }, async () => {
      await eachHasOne(direct, (client) => clientsFrom(direct, over, `127.0.0.${client}`));
    });

    test(`over ${over}, what a caller claims to be changes nothing`, { skip }, async () => {
      const headers = { "x-forwarded-for": "198.51.100.1", forwarded: "for=198.51.100.1" };
      await eachHasOne(direct, (client) => clientsFrom(direct, over, `127.0.0.${client}`, headers));
    });

    for (const [header, value] of [
      ["x-forwarded-for", (client: number) => `1.1.1.1, 198.51.100.${client}, 127.0.0.2`],
      ["forwarded", (client: number) => `for=1.1.1.1, for="198.51.100.${client}:80", for=127.0.0.2`],
      ["x-forwarded-for", (client: number) => `2001:db8:1:${client}::${client}`],
    ] as const) {
      test(`over ${over}, a trusted proxy's ${header} says it (${value(1)})`, async () => {
        await eachHasOne(behindProxy, (client) =>
          clientsFrom(behindProxy, over, "127.0.0.1", { [header]: value(client) }),
        );
      });
    }

    test(`over ${over}, two addresses of one IPv6 network are one client`, async () => {
      await isOne(behindProxy, (i) =>
        clientsFrom(behindProxy, over, "127.0.0.1", { "x-forwarded-for": `2001:db8::${i}` }),
      );
    });

    test(`over ${over}, headers that cannot be read leave the proxy itself`, { skip }, async () => {
      const garbage = ["for=", "unknown", '"', ";;"];
      await isOne(behindProxy, (i) =>
        clientsFrom(behindProxy, over, "127.0.0.3", { forwarded: garbage[i] ?? "" }),
      );
    });
  }
});

test("a newcomer's search is found while 256 hopeless ones of others go on", { skip }, async () => {
  const server = await startServer({ args: ["--maximum-hashes", "0", "--maximum-seconds", "0"] });
  const controller = new AbortController();
  const { signal } = controller;
  const hopeless = Array.from({ length: 16 }, (_, client) => {
    const clients = clientsFrom(server, "native gRPC", `127.0.1.${client + 1}`);
    return Array.from({ length: 16 }, () => errorOf(clients, "find", endless(), { signal }));
  }).flat();
  await untilActivity(server.url, ({ searches }) => searches === 256);
  const newcomer = clientsFrom(server, "native gRPC", "127.0.0.9");
  assert.ok((await newcomer.finder.find({ desiredName: "grpc" })).candidateIndex > 0n);
  assert.equal((await readActivity(server.url)).searches, 256, "none of the others has ended");
  controller.abort();
  await Promise.all(hopeless);
  await untilIdle(server.url);
  await stopCleanly(server);
});

/** Clients 1 and 2 may have one search each at once, and no second one. */
async function eachHasOne(server: TestServer, clients: (client: number) => Clients): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  const running = [1, 2].map((client) => errorOf(clients(client), "find", endless(), { signal }));
  await untilActivity(server.url, ({ searches }) => searches === 2);
  for (const client of [1, 2]) {
    const error = await errorOf(clients(client), "find", endless());
    assert.equal(error?.code, Code.ResourceExhausted);
  }
  controller.abort();
  for (const error of await Promise.all(running)) assert.equal(error?.code, Code.Canceled);
  await untilIdle(server.url);
}

/** However it presents itself, it may have one search at once. */
async function isOne(server: TestServer, clients: (i: number) => Clients): Promise<void> {
  const controller = new AbortController();
  const running = errorOf(clients(0), "find", endless(), { signal: controller.signal });
  await untilActivity(server.url, ({ searches }) => searches === 1);
  for (const i of [1, 2, 3]) {
    const error = await errorOf(clients(i), "find", endless());
    assert.equal(error?.code, Code.ResourceExhausted);
  }
  controller.abort();
  assert.equal((await running)?.code, Code.Canceled);
  await untilIdle(server.url);
}
