import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectHttp2, constants, type Http2Server, type ServerHttp2Stream } from "node:http2";
import type { Server, Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { pino } from "pino";
import { Bodies } from "../../server/edge/transport/bodies.ts";
import { Http1Connections } from "../../server/edge/transport/http1-connections.ts";
import { http2TlsTransport } from "../../server/edge/transport/http2-tls.ts";
import { http1Limits, http2Limits } from "../../server/edge/transport/limits.ts";
import { pingSessions } from "../../server/edge/transport/pings.ts";
import { Sockets } from "../../server/edge/transport/sockets.ts";
import { Tally } from "../../server/edge/transport/tally.ts";
import { tlsTransport } from "../../server/edge/transport/tls.ts";
import { refuseUnreadable } from "../../server/edge/transport/unreadable.ts";
import { certificate } from "../support/certificates.ts";

function recordedLog() {
  const logged: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    const { level: _, time: _time, pid: _pid, hostname: _hostname, ...entry } = JSON.parse(line);
    logged.push(entry);
  };
  return { logged, log: pino({ level: "info" }, { write }) };
}

/** A connection without a network. */
class FakeSocket extends EventEmitter {
  readonly done: string[] = [];
  writable = true;
  remoteAddress: string | undefined;

  constructor(remoteAddress?: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  write(text: string): void {
    this.done.push(text.split("\r\n")[0] ?? "");
  }
  destroy(): void {
    this.done.push("destroyed");
  }
  destroySoon(): void {
    this.done.push("destroyed soon");
  }
  resetAndDestroy(): void {
    this.done.push("reset");
  }
  setKeepAlive(): void {}
}

test("a tally counts for each, and forgets those who have none", () => {
  const tally = new Tally();
  for (const client of ["a", "a", "a", "b"]) tally.add(client);
  const counts = (): readonly number[] => ["a", "b", "c"].map((client) => tally.of(client));
  assert.deepEqual(counts(), [3, 1, 0]);
  tally.remove("a");
  tally.remove("b");
  assert.deepEqual(counts(), [2, 0, 0]);
  tally.remove("a");
  tally.add("b");
  assert.deepEqual(counts(), [1, 1, 0]);
  tally.remove("a");
  assert.deepEqual(counts(), [0, 1, 0]);
});

describe("bodies that are still to come over HTTP/2", () => {
  class FakeStream extends EventEmitter {
    readonly codes: number[] = [];
    readonly endAfterHeaders: boolean;

    constructor(endAfterHeaders = false) {
      super();
      this.endAfterHeaders = endAfterHeaders;
    }
    close(code: number): void {
      this.codes.push(code);
    }
  }
  const expect = (bodies: Bodies, stream: FakeStream, client = "a", isTimed = true): boolean =>
    bodies.expect(stream as unknown as ServerHttp2Stream, client, isTimed);

  test("are 256 of one client at most: the next is refused as one of which nothing was done", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const bodies = new Bodies(100);
    const streams = Array.from({ length: 256 }, () => new FakeStream());
    // Those that come without a body do not count.
    for (const stream of streams) {
      assert.ok(expect(bodies, new FakeStream(true)));
      assert.ok(expect(bodies, stream));
    }
    const refused = new FakeStream();
    assert.equal(expect(bodies, refused), false);
    assert.deepEqual(refused.codes, [constants.NGHTTP2_REFUSED_STREAM]);
    assert.ok(expect(bodies, new FakeStream(true)));
    assert.ok(expect(bodies, new FakeStream(), "b"));
    // One that has come, and is closed later, is one.
    streams[0]?.emit("end");
    streams[0]?.emit("close");
    assert.ok(expect(bodies, new FakeStream()));
    assert.equal(expect(bodies, new FakeStream()), false);
    streams[1]?.emit("close");
    assert.ok(expect(bodies, new FakeStream()));
  });

  test("have their time, where there is one", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const bodies = new Bodies(100);
    const [late, inTime, untimed, free] = [
      new FakeStream(),
      new FakeStream(),
      new FakeStream(),
      new FakeStream(),
    ];
    expect(bodies, late);
    expect(bodies, inTime);
    expect(bodies, untimed, "a", false);
    expect(new Bodies(0), free);
    t.mock.timers.tick(99);
    inTime.emit("end");
    assert.deepEqual(late.codes, []);
    t.mock.timers.tick(60_000);
    assert.deepEqual(late.codes, [constants.NGHTTP2_ENHANCE_YOUR_CALM]);
    assert.deepEqual([inTime.codes, untimed.codes, free.codes], [[], [], []]);
  });
});

describe("the connections of a port", () => {
  function setting(t: TestContext, maximumConnectionsPerClient: number) {
    const clock = { nowMs: 0 };
    t.mock.method(performance, "now", () => clock.nowMs);
    const { log, logged } = recordedLog();
    const server = new EventEmitter();
    const clientOf = (address: string): string => address;
    const sockets = new Sockets(server as Server, { maximumConnectionsPerClient, clientOf, log });
    const opened = (address?: string): FakeSocket => {
      const socket = new FakeSocket(address);
      server.emit("connection", socket);
      return socket;
    };
    return { clock, logged, sockets, opened };
  }

  test("are bounded for each client, and there is room again when one is closed", (t) => {
    const { sockets, opened } = setting(t, 2);
    const all = ["a", "a", "a", "b", undefined, undefined, undefined].map((address) => opened(address));
    const isReset = [false, false, true, false, false, false, true];
    assert.deepEqual(
      all.map(({ done }) => done.includes("reset")),
      isReset,
    );
    assert.equal(sockets.size, 5);
    all[0]?.emit("close");
    assert.equal(sockets.size, 4);
    assert.deepEqual([opened("a").done, opened("a").done], [[], ["reset"]]);
    sockets.cut();
    assert.deepEqual(all[1]?.done, ["destroyed"]);
  });

  test("are any number where there is no bound", (t) => {
    const { sockets, opened } = setting(t, 0);
    for (let i = 0; i < 100; i++) opened("a");
    assert.equal(sockets.size, 100);
  });

  test("are told of once a second where they are refused, with how many", (t) => {
    const { clock, logged, opened } = setting(t, 1);
    for (const [nowMs, more] of [
      [0, 1],
      [0, 3],
      [999, 2],
      [1000, 1],
      [1500, 4],
      [2500, 1],
    ] as const) {
      clock.nowMs = nowMs;
      for (let i = 0; i < more + (nowMs === 0 && more === 1 ? 1 : 0); i++) opened("a");
    }
    const msg = "connections refused: the client has too many open";
    assert.deepEqual(
      logged,
      [1, 6, 5].map((refused) => ({ client: "a", refused, msg })),
    );
  });

  test("of nobody's address are one client's", (t) => {
    const { logged, opened } = setting(t, 1);
    opened();
    assert.deepEqual(opened().done, ["reset"]);
    assert.equal(logged[0]?.client, "unknown");
  });
});

describe("the connections of HTTP/1.1", () => {
  function setting(opened: "connection" | "secureConnection" = "connection") {
    const server = new EventEmitter();
    const connections = new Http1Connections(server as Server, opened);
    return {
      server,
      connections,
      open: (more: object = {}): FakeSocket => {
        const socket = Object.assign(new FakeSocket("192.0.2.1"), more);
        server.emit(opened, socket);
        return socket;
      },
      call: (socket: FakeSocket): EventEmitter => {
        const response = new EventEmitter();
        server.emit("request", { socket }, response);
        return response;
      },
      has: (socket: FakeSocket): boolean => connections.has(socket as unknown as Socket),
      carriesCall: (socket: FakeSocket): boolean => connections.carriesCall(socket as unknown as Socket),
    };
  }

  test("are told apart from those of HTTP/2, and known until they are closed", () => {
    const { open, has, call, carriesCall } = setting("secureConnection");
    const [h1, plain, h2] = [
      open({ alpnProtocol: "http/1.1" }),
      open({ alpnProtocol: false }),
      open({ alpnProtocol: "h2" }),
    ];
    assert.deepEqual([has(h1), has(plain), has(h2)], [true, true, false]);
    call(h2).emit("close");
    assert.equal(carriesCall(h2), false);
    h1.emit("close");
    assert.equal(has(h1), false);
  });

  test("are closed as soon as they carry no call", () => {
    const { connections, open, call, carriesCall } = setting();
    const [idle, busy] = [open(), open()];
    const [first, second] = [call(busy), call(busy)];
    assert.deepEqual([carriesCall(idle), carriesCall(busy)], [false, true]);
    call(idle).emit("close");
    assert.deepEqual(idle.done, []);
    connections.close();
    assert.deepEqual([idle.done, busy.done], [["destroyed soon"], []]);
    first.emit("close");
    assert.deepEqual([busy.done, carriesCall(busy)], [[], true]);
    second.emit("close");
    assert.deepEqual([busy.done, carriesCall(busy)], [["destroyed soon"], false]);
    assert.deepEqual(open().done, ["destroyed"], "one that comes now");
  });

  test("are let go of with their calls", () => {
    const { connections, open, call, has, carriesCall } = setting();
    const socket = open();
    const response = call(socket);
    socket.emit("close");
    response.emit("close");
    assert.deepEqual([has(socket), carriesCall(socket)], [false, false]);
    connections.close();
    assert.deepEqual(socket.done, []);
  });

  for (const [code, status, words] of [
    ["ERR_HTTP_REQUEST_TIMEOUT", 408, "Request Timeout"],
    ["HPE_CHUNK_EXTENSIONS_OVERFLOW", 413, "Payload Too Large"],
    ["HPE_HEADER_OVERFLOW", 431, "Request Header Fields Too Large"],
    ["HPE_INVALID_METHOD", 400, "Bad Request"],
    [undefined, 400, "Bad Request"],
  ] as const) {
    test(`are told what cannot be read, with ${status}: ${code}`, () => {
      const { server, connections, open } = setting();
      const { log, logged } = recordedLog();
      refuseUnreadable(server as Server, connections, { log, clientOf: (address) => `of ${address}` });
      const socket = open();
      server.emit("clientError", { code }, socket);
      assert.deepEqual(socket.done, [`HTTP/1.1 ${status} ${words}`, "destroyed soon"]);
      const reason = code === undefined ? {} : { reason: code };
      const msg = "a request is refused: it cannot be read";
      assert.deepEqual(logged, [{ client: "of 192.0.2.1", status, ...reason, msg }]);
    });
  }

  test("are closed without a word where nobody could read it, or would take it for a part of an answer", () => {
    const { server, connections, open, call } = setting();
    const { log, logged } = recordedLog();
    refuseUnreadable(server as Server, connections, { log, clientOf: (address) => address });
    const [reset, ended, stranger, busy] = [open(), open(), new FakeSocket(), open()];
    ended.writable = false;
    call(busy);
    server.emit("clientError", { code: "ECONNRESET" }, reset);
    for (const socket of [ended, stranger, busy]) server.emit("clientError", { code: "HPE_X" }, socket);
    for (const { done } of [reset, ended, stranger, busy]) assert.deepEqual(done, ["destroyed"]);
    assert.deepEqual(logged, []);
  });

  test("have their times, which are looked for often enough", () => {
    assert.deepEqual(http1Limits({}), {
      keepAliveTimeout: 75_000,
      headersTimeout: 10_000,
      requestTimeout: 12_000,
      connectionsCheckingInterval: 1000,
    });
    assert.equal(http1Limits({ headersMs: 100 }).connectionsCheckingInterval, 50);
    assert.deepEqual([http2Limits.streamResetBurst, http2Limits.streamResetRate], [1000, 100]);
  });
});

describe("PING", () => {
  class FakeSession extends EventEmitter {
    readonly socket = { bytesRead: 0 };
    readonly done: string[] = [];
    destroyed = false;
    closed = false;
    ping(): void {
      this.done.push("ping");
    }
    destroy(): void {
      this.done.push("destroyed");
      this.destroyed = true;
    }
  }
  function setting(t: TestContext, bytesRead: number): FakeSession {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const server = new EventEmitter();
    pingSessions(server as Http2Server, {});
    const session = new FakeSession();
    session.socket.bytesRead = bytesRead;
    server.emit("session", session);
    return session;
  }

  for (const bytesRead of [0, 1, 10]) {
    test(`is sent every five seconds, and who has said nothing by the next is cut: after ${bytesRead} bytes`, (t) => {
      const session = setting(t, bytesRead);
      t.mock.timers.tick(4999);
      assert.deepEqual(session.done, []);
      t.mock.timers.tick(1);
      assert.deepEqual(session.done, ["ping"]);
      session.socket.bytesRead++;
      t.mock.timers.tick(5000);
      assert.deepEqual(session.done, ["ping", "ping"]);
      t.mock.timers.tick(5000);
      assert.deepEqual(session.done, ["ping", "ping", "destroyed"]);
      // Its error has nobody to tell, and no more is sent while it closes.
      session.emit("error", new Error("cut"));
      t.mock.timers.tick(5000);
      assert.equal(session.done.length, 3);
    });
  }

  test("is not sent on a session that closes, which may be silent, nor on one that is closed", (t) => {
    const session = setting(t, 0);
    session.closed = true;
    t.mock.timers.tick(15_000);
    assert.deepEqual(session.done, []);
    session.emit("close");
    session.closed = false;
    t.mock.timers.tick(15_000);
    assert.deepEqual(session.done, []);
  });
});

describe("a port with an authority", () => {
  const read = (name: string): string => readFileSync(`tests/vectors/tls/${name}`, "utf8");

  for (const [kind, make] of Object.entries({ tlsTransport, http2TlsTransport })) {
    for (const hasCa of [true, false]) {
      test(`${hasCa ? "refuses" : "(without one it takes)"} who has no certificate of it: ${kind}`, async (t) => {
        const { log, logged } = recordedLog();
        const transport = make(
          {
            handler: (_request, response) => void response.end("yes"),
            log,
            maximumConnectionsPerClient: 0,
            clientOf: (address) => address,
            callerOf: () => "somebody",
          },
          { ...certificate, ...(hasCa && { ca: read("people.ca.pem") }) },
        );
        await transport.listen("127.0.0.1", 0);
        t.after(() => transport.close(0));
        const statusWith = async (own: object): Promise<unknown> => {
          const session = connectHttp2(`https://localhost:${transport.port}`, {
            ca: certificate.cert,
            ...own,
          });
          session.on("error", () => {});
          const request = session.request({ ":path": "/" });
          const failed = once(request, "close").then(
            () => "refused",
            () => "refused",
          );
          const answered = once(request.resume(), "response").then(([headers]) => headers[":status"]);
          const status = await Promise.race([answered.catch(() => failed), failed]);
          session.destroy();
          return status;
        };
        assert.equal(await statusWith({ cert: read("ann.cert.pem"), key: read("ann.key.pem") }), 200);
        assert.deepEqual(logged, []);
        assert.equal(await statusWith({}), hasCa ? "refused" : 200);
        // Certified, but by another authority.
        const other = { cert: read("machine.cert.pem"), key: read("machine.key.pem") };
        assert.equal(await statusWith(other), hasCa ? "refused" : 200);
        assert.equal(logged.length, hasCa ? 2 : 0);
        for (const { msg, reason } of logged) {
          assert.equal(msg, "a connection is refused: TLS");
          assert.ok(reason);
        }
      });
    }
  }
});
