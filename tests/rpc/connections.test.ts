import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { Health } from "../../proto/gen/grpc/health/v1/health_pb.ts";
import { hasOneAddress } from "../support/callers.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { until } from "../support/until.ts";

const many = 1000;

// Far above the 5 ms that a call takes on a machine with nothing else to do, far
// below what anybody would wait behind a thousand others.
const soonMs = 250;

// What each port takes for the beginning of something.
const beginnings = {
  page: "POST /hash_name.HashFinder/Find HTTP/1.1\r\nhost: localhost\r\ncontent-type: a",
  "native gRPC": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
} as const;

/** What a client that means no good sends on each of its connections, five times a second. */
const manners = [
  ["idle", () => ""],
  ["slow, a byte at a time", (beginning: string, nth: number) => beginning.charAt(nth)],
] as const;

describe("1,000 connections of one address", { skip: hasOneAddress }, () => {
  for (const [about, next] of manners) {
    for (const [port, most, args] of [
      ["page", many, ["--maximum-connections-per-client", "0"]],
      ["page", 256, []],
      ["native gRPC", 256, []],
    ] as const) {
      test(`that are ${about} keep nobody else waiting, with ${most} let in on the ${port} port`, async (t) => {
        const server = await startServer({ args });
        const url = new URL(port === "page" ? server.url : server.grpcUrl);
        const sockets = connections(t, Number(url.port));
        await until(() => sockets.every((socket) => !socket.connecting));
        // Those beyond the bound are reset.
        await until(() => open(sockets) <= most);
        let nth = 0;
        const acting = setInterval(() => {
          for (const socket of sockets) if (!socket.destroyed) socket.write(next(beginnings[port], nth));
          nth++;
        }, 200);
        t.after(() => clearInterval(acting));
        const slowest = await slowestOf(30, () => checkHealth(server));
        t.diagnostic(`the slowest of 30 calls took ${slowest.toFixed(1)} ms`);
        assert.ok(slowest < soonMs, `another address waited for ${Math.round(slowest)} ms`);
        assert.equal(open(sockets), most);
        clearInterval(acting);
        for (const socket of sockets) socket.destroy();
        await server.stop();
        assert.equal(await server.ended(), 0);
      });
    }
  }

  test("that are a trusted proxy's are all let in", async (t) => {
    const server = await startServer({ args: ["--trusted-proxies", "127.0.0.2"] });
    const sockets = connections(t, Number(new URL(server.url).port));
    await until(() => sockets.every((socket) => !socket.connecting));
    await checkHealth(server);
    assert.equal(open(sockets), many);
    for (const socket of sockets) socket.destroy();
    await server.stop();
  });

  test("that say nothing are closed in time", async (t) => {
    const server = await startServer({ args: ["--maximum-connections-per-client", "0"] });
    const sockets = connections(t, Number(new URL(server.url).port));
    await until(() => sockets.every((socket) => !socket.connecting));
    // Headers have 10 s, and are looked for once a second.
    await until(() => open(sockets) === 0);
    await server.stop();
    assert.equal(await server.ended(), 0);
  });
});

/** A thousand, of an address that is not the tests' own. */
function connections(t: TestContext, port: number): readonly Socket[] {
  const sockets = Array.from({ length: many }, () => {
    const socket = connect({ host: "127.0.0.1", port, localAddress: "127.0.0.2" });
    socket.on("error", () => {});
    return socket.resume();
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return sockets;
}

function open(sockets: readonly Socket[]): number {
  return sockets.filter(({ closed, destroyed }) => !closed && !destroyed).length;
}

/** On a connection of its own, as somebody who comes now. */
async function checkHealth({ url }: TestServer): Promise<void> {
  const transport = createGrpcWebTransport({
    baseUrl: url,
    httpVersion: "1.1",
    nodeOptions: { agent: false },
  });
  await createClient(Health, transport).check({});
}

async function slowestOf(times: number, act: () => Promise<void>): Promise<number> {
  let slowest = 0;
  for (let i = 0; i < times; i++) {
    const before = performance.now();
    await act();
    slowest = Math.max(slowest, performance.now() - before);
  }
  return slowest;
}
