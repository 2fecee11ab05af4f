import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerHttp2Session } from "node:http2";
import { connect, type Server, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { describe, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { certificate } from "../support/certificates.ts";
import { type Way, ways } from "../support/peers.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";
import { startTransport } from "../support/transports.ts";
import { until } from "../support/until.ts";

const pingEveryMs = 100;
const forEverMs = 60_000;

for (const way of Object.keys(ways) as Way[]) {
  describe(`a port reached over ${way}`, () => {
    // A proxy cannot show it: the kernel answers the probes for a frozen process.
    test("has TCP probe silent connections: after 5 s, then six more, a second apart", async (t) => {
      const { mock } = t.mock.method(Socket.prototype, "setKeepAlive");
      const { transport, connect } = await startTransport(way);
      const peer = await connect();
      const wanted = { enable: true, initialDelay: 5000, interval: 1000, count: 6 };
      assert.deepEqual(
        mock.calls.map((call) => call.arguments[0]).filter((given) => typeof given === "object"),
        [wanted],
      );
      peer.cut();
      await transport.close(forEverMs);
    });

    test("tells a call that its client has gone", async () => {
      const { transport, connect, request } = await startTransport(way);
      const peer = await connect();
      const requested = request();
      peer.post("/silent", Buffer.alloc(0));
      const { closed } = await requested;
      peer.cut();
      await closed;
      await transport.close(forEverMs);
    });

    test("closes idle connections at once, used or not", async () => {
      const { transport, connect, request } = await startTransport(way);
      const unused = await connect();
      const used = await connect();
      const requested = request();
      used.post("/answered", Buffer.alloc(0));
      await (await requested).closed;
      await transport.close(forEverMs);
      await Promise.all([unused.closed, used.closed]);
    });

    test("lets a call finish before it closes", async () => {
      const { transport, connect, request } = await startTransport(way);
      const peer = await connect();
      const requested = request();
      peer.post("/silent", Buffer.alloc(0));
      const { response } = await requested;
      const closing = transport.close(forEverMs);
      const finished = once(response, "finish");
      response.end("answer");
      await finished;
      await closing;
    });

    test("cuts a reader that stalls when the time is over", async () => {
      const { transport, connect, request } = await startTransport(way);
      const peer = await connect();
      const requested = request();
      peer.stall("/flood", Buffer.alloc(0));
      const { closed } = await requested;
      await transport.close(50);
      await closed;
      peer.cut();
    });

    test("closes connections of one client beyond its bound, and says so once a second", async () => {
      const { transport, connect, logged, request } = await startTransport(way, {
        maximumConnectionsPerClient: 2,
      });
      const [first] = [await connect(), await connect()];
      for (let i = 0; i < 20; i++) await (await connect()).closed;
      assert.ok(logged.length >= 1 && logged.length <= 2, JSON.stringify(logged));
      assert.equal(logged[0]?.client, "127.0.0.1");
      first?.cut();
      // Once the server has seen that one go, there is room again.
      const requested = request().then(() => true);
      for (let isServed = false; !isServed; ) {
        const peer = await connect();
        peer.post("/answered", Buffer.alloc(0));
        isServed = await Promise.race([requested, peer.closed.then(() => false)]);
        peer.cut();
      }
      await transport.close(0);
    });

    test("does not count the connections of a proxy", async () => {
      const { transport, connect, request } = await startTransport(way, {
        maximumConnectionsPerClient: 1,
        clientOf: () => undefined,
      });
      await connect();
      const requested = request();
      (await connect()).post("/answered", Buffer.alloc(0));
      await requested;
      await transport.close(0);
    });

    test("ends a request whose body does not come", async () => {
      const { transport, connect, request } = await startTransport(way, { headersMs: 100, requestMs: 100 });
      const peer = await connect();
      const requested = request();
      peer.post("/silent");
      await (await requested).closed;
      peer.cut();
      await transport.close(forEverMs);
    });
  });
}

for (const way of ["HTTP/1.1", "HTTP/1.1 over TLS"] as const) {
  test(`a connection of ${way} is closed when it asks on and on ahead of its answers`, async () => {
    const { transport, connect, request } = await startTransport(way);
    let asked = 0;
    transport.server.on("test-request", () => asked++);
    const patient = await connect();
    const last = request();
    patient.post("/silent", Buffer.alloc(0));
    for (let i = 1; i < 16; i++) patient.post("/answered", Buffer.alloc(0));
    await last;
    const flooding = await connect();
    for (let i = 0; i < 1000; i++) flooding.post("/silent", Buffer.alloc(0));
    await flooding.closed;
    // Of the rest of what was read with them nothing begins.
    assert.equal(asked <= 16 + 24, true, `${asked} requests began`);
    assert.equal(transport.connections, 1);
    patient.cut();
    await transport.close(forEverMs);
  });
}

for (const way of ["HTTP/2", "HTTP/2 over TLS"] as const) {
  test(`a caller that streams over ${way} may take longer than others have for their bodies`, async () => {
    const streamed = new Set(["/streamed"]);
    const { transport, connect, request } = await startTransport(way, {
      headersMs: 100,
      requestMs: 100,
      streamed,
    });
    const streaming = await connect();
    const first = request();
    streaming.post("/streamed");
    let isClosed = false;
    (await first).response.once("close", () => {
      isClosed = true;
    });
    const late = await connect();
    const second = request();
    late.post("/silent");
    await (await second).closed;
    assert.equal(isClosed, false);
    streaming.cut();
    late.cut();
    await transport.close(forEverMs);
  });

  describe(`PING over ${way}`, () => {
    test("finds out a client that has gone silent", async () => {
      const { transport, request } = await startTransport(way, { pingEveryMs });
      const proxy = await startTcpProxy(`http://localhost:${transport.port}`);
      const peer = await ways[way].connect(Number(new URL(proxy.url).port));
      const requested = request();
      peer.post("/silent", Buffer.alloc(0));
      const { closed } = await requested;
      proxy.freeze();
      await closed;
      peer.cut();
      await proxy.close();
      await transport.close(forEverMs);
    });

    test("keeps a silent call of a client that answers", async (t) => {
      const { transport, connect, request } = await startTransport(way, { pingEveryMs });
      let pings = (): number => 0;
      transport.server.once("session", (session: ServerHttp2Session) => {
        const { mock } = t.mock.method(session, "ping");
        pings = () => mock.callCount();
      });
      const peer = await connect();
      const requested = request();
      peer.post("/silent", Buffer.alloc(0));
      let isClosed = false;
      (await requested).response.once("close", () => {
        isClosed = true;
      });
      await until(() => pings() >= 5);
      assert.equal(isClosed, false);
      peer.cut();
      await transport.close(forEverMs);
    });
  });
}

describe("what is no request of HTTP/1.1", () => {
  const connections = {
    "HTTP/1.1": (port: number) => connect(port, "127.0.0.1"),
    "HTTP/1.1 over TLS": (port: number) =>
      connectTls({ port, host: "localhost", ca: certificate.cert, ALPNProtocols: ["http/1.1"] }),
  } as const;
  for (const [way, connectTo] of Object.entries(connections)) {
    for (const [what, text, status] of [
      ["garbage", "garbage\r\n\r\n", 400],
      ["30 kB of headers", `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"x".repeat(30_000)}\r\n\r\n`, 431],
    ] as const) {
      test(`is answered and logged, over ${way}: ${what}`, async () => {
        const { transport, logged } = await startTransport(way as Way);
        const socket = connectTo(transport.port);
        socket.write(text);
        const answer = await buffer(socket);
        assert.match(answer.toString(), new RegExp(`^HTTP/1.1 ${status} `));
        assert.deepEqual(
          logged.map(({ status, client }) => ({ status, client })),
          [{ status, client: "127.0.0.1" }],
        );
        await transport.close(forEverMs);
      });
    }
    test(`is not kept by a client that keeps its side open, over ${way}`, { timeout: 10_000 }, async () => {
      const { transport } = await startTransport(way as Way);
      const socket = connectTo(transport.port);
      socket.allowHalfOpen = true;
      socket.on("error", () => {});
      socket.write("garbage\r\n\r\n");
      await once(socket.resume(), "end");
      while ((await connectionsOf(transport.server)) > 0);
      socket.destroy();
      await transport.close(forEverMs);
    });
  }
});

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
}

describe("a connection on which nothing comes", () => {
  for (const [way, begin] of [
    ["HTTP/1.1", ""],
    ["HTTP/1.1", "GET / HTTP/1.1\r\nhost: localhost\r\n"],
    ["HTTP/2", ""],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\n"],
    ["HTTP/2 over TLS", ""],
  ] as const) {
    test(`is closed in time: ${way} after ${JSON.stringify(begin)}`, async () => {
      const { transport } = await startTransport(way, { headersMs: 100, requestMs: 100, pingEveryMs });
      const socket = connect(transport.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.resume();
      socket.write(begin);
      await once(socket, "close");
      await transport.close(forEverMs);
    });
  }
});
