import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import {
  type Clients,
  clientsOver,
  endless,
  errorOf,
  nativeClients,
  webClients,
} from "../support/clients.ts";
import { type Mounted, mount } from "../support/mounted.ts";
import { startServer } from "../support/server.ts";
import { until } from "../support/until.ts";

/** What goes wrong in it, by the name that is asked for. */
const broken: ServiceImpl<typeof HashFinder> = {
  find({ desiredName }) {
    if (desiredName === "unwritable") return { candidateIndex: -1n };
    if (desiredName === "known") throw new RangeError("a secret");
    if (desiredName === "map") throw new SyntaxError("a secret");
    if (desiredName === "detail") throw unwritableDetail();
    throw new TypeError("a secret of the server");
  },
  async *findRange({ desiredName }) {
    yield { secret: "first" };
    if (desiredName === "unwritable") yield { candidateIndex: -1n };
    if (desiredName === "known") throw new RangeError("a secret");
    if (desiredName === "map") throw new SyntaxError("a secret");
    if (desiredName === "detail") throw unwritableDetail();
    throw new TypeError("a secret of the server");
  },
};

function unwritableDetail(): ConnectError {
  const value = { hashesAfterEnding: -1n };
  return new ConnectError("It is known.", Code.OutOfRange, undefined, [{ desc: SearchReportSchema, value }]);
}

describe("a defect", () => {
  let server: Mounted;
  before(async () => {
    server = await mount({
      routes: (router) => router.service(HashFinder, broken),
      toRpcError: (error) => {
        if (error instanceof SyntaxError) throw new TypeError("the map has a hole");
        return error instanceof RangeError ? new ConnectError("It is known.", Code.OutOfRange) : undefined;
      },
    });
  });
  after(async () => await server.close());

  const clients: readonly (readonly [string, () => Clients])[] = [
    ["native gRPC", () => clientsOver(createGrpcTransport({ baseUrl: server.grpcUrl }))],
    ["gRPC-Web", () => clientsOver(createGrpcWebTransport({ baseUrl: server.url, httpVersion: "1.1" }))],
    ["Connect", () => clientsOver(createConnectTransport({ baseUrl: server.url, httpVersion: "1.1" }))],
  ];
  for (const [protocol, clientsOf] of clients) {
    for (const call of ["find", "findRange"] as const) {
      for (const [about, desiredName, words] of [
        ["an unknown error", "cat", /a secret of the server/],
        ["a message that cannot be written", "unwritable", /candidate_index/],
        ["an error's detail that cannot be written", "detail", /hashes_after_ending/],
        ["an error that the map fails at", "map", /the map has a hole/],
      ] as const) {
        test(`${call} over ${protocol}: ${about} is logged with its stack, and the caller gets its id only`, async () => {
          const error = await errorOf(clientsOf(), call, { desiredName });
          assert.equal(error?.code, Code.Internal);
          const [, id] = /^The server failed \(([0-9a-f]{8})\)\. Try again; .*$/.exec(error.rawMessage) ?? [];
          assert.equal(error.details.length, 0);
          assert.doesNotMatch(JSON.stringify([error, ...error.metadata]), /secret|candidate/);
          const entries = server.logged.filter((entry) => entry.defect === id);
          assert.equal(entries.length, 1);
          assert.equal(entries[0]?.level, 50);
          assert.match(JSON.stringify(entries[0]), words);
          assert.match(JSON.stringify(entries[0]), /"stack":"[^"]+\\n +at /);
        });
      }

      test(`${call} over ${protocol}: an error that the map knows is told, and not logged`, async () => {
        const before = server.logged.length;
        const error = await errorOf(clientsOf(), call, { desiredName: "known" });
        assert.equal(error?.code, Code.OutOfRange);
        assert.equal(error.rawMessage, "It is known.");
        assert.equal(server.logged.length, before);
      });
    }
  }
});

describe("a defect below the methods", () => {
  let server: Mounted;
  before(async () => {
    server = await mount({ routes: ({ handlers }) => handlers.push(failing(false), failing(true)) });
  });
  after(async () => await server.close());

  test("is a 500 with its id, and logged", async () => {
    const response = await fetch(`${server.url}/failing/before`, { method: "POST" });
    assert.equal(response.status, 500);
    const [, id] = /^The server failed \((\w+)\)/.exec(await response.text()) ?? [];
    assert.equal(server.logged.filter((entry) => entry.defect === id).length, 1);
  });

  test("breaks off an answer that was begun, over HTTP/1.1 and HTTP/2", async () => {
    const before = server.logged.length;
    await assert.rejects(async () => {
      const response = await fetch(`${server.url}/failing/within`, { method: "POST" });
      await response.text();
    });
    const session = connectHttp2(server.grpcUrl);
    const stream = session.request({ ":method": "POST", ":path": "/failing/within" });
    const error = once(stream, "error");
    stream.resume().end();
    await error;
    assert.equal(stream.rstCode, constants.NGHTTP2_INTERNAL_ERROR);
    session.close();
    assert.equal(server.logged.length, before + 2);
  });
});

/** What Connect would be if it failed, before or within its answer. */
function failing(within: boolean): UniversalHandler {
  const fail = (): never => {
    throw new TypeError("a secret of the server");
  };
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("begun");
    fail();
  }
  const { find } = HashFinder.method;
  return Object.assign(async () => (within ? { status: 200, body: body() } : fail()), {
    service: HashFinder,
    method: find,
    requestPath: `/failing/${within ? "within" : "before"}`,
    protocolNames: [],
    allowedMethods: ["POST"],
    supportedContentType: Object.assign(() => true, { supported: [] }),
  });
}

test("a request without a URL is a 400 that says what to do, and one log entry", async () => {
  const server = await startServer();
  for (const host of ["a b[", "["]) {
    const socket = connect({ host: "127.0.0.1", port: Number(new URL(server.url).port) });
    socket.write(
      `POST /hash_name.HashFinder/Find HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
    );
    const [data] = await once(socket, "data");
    assert.match(String(data), /^HTTP\/1\.1 400 .*Send a Host header/s);
    socket.destroy();
  }
  const entry = { msg: "a request is refused: 400", level: 40, path: "/hash_name.HashFinder/Find" };
  await until(() => server.logged(entry).length === 2);
  await server.stop();
});

test("a call that is cancelled or reaches its deadline is no defect", async () => {
  const server = await startServer({ args: ["--maximum-hashes", "0"] });
  for (const clients of [webClients(server), nativeClients(server)]) {
    for (const call of ["find", "findRange"] as const) {
      assert.equal(
        (await errorOf(clients, call, endless(), { timeoutMs: 100 }))?.code,
        Code.DeadlineExceeded,
      );
    }
    // What waits inside the server on the call's signal alone: reports and the activity.
    const request = endless();
    const search = new AbortController();
    const running = errorOf(clients, "find", request, { signal: search.signal });
    await untilActivity(server.url, ({ searches }) => searches === 1);
    const waiting = new AbortController();
    const report = clients.reports.getSearchReport(
      { searchId: request.searchId, reason: "to wait" },
      { signal: waiting.signal },
    );
    await server.untilLogged({ searchId: request.searchId, reason: "to wait" });
    waiting.abort();
    await assert.rejects(report);
    search.abort();
    assert.equal((await running)?.code, Code.Canceled);
    await untilIdle(server.url);
  }
  await server.stop();
  assert.deepEqual(server.logged({ level: 50 }), []);
});
