import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { readActivity } from "../support/activity.ts";
import { webClients } from "../support/clients.ts";
import { startServer, type TestServer } from "../support/server.ts";

const grpcWeb = "application/grpc-web+proto";

describe("bad input", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(async () => {
    // Still there, still whole.
    assert.equal((await webClients(server).finder.find({ desiredName: "cat" })).secret, "BO8=");
    assert.equal((await readActivity(server.url)).searches, 0);
    await server.stop();
    assert.equal(await server.ended(), 0);
  });

  for (const [about, body, status] of [
    ["an empty body", Buffer.alloc(0), "12"],
    ["half a frame head", Buffer.from([0, 0, 0]), "3"],
    ["a frame cut short", Buffer.from([0, 0, 0, 0, 9, 1, 2]), "3"],
    ["a length of 100 MB", Buffer.from([0, 6, 0, 0, 0, 1]), "8"],
    ["garbage protobuf", Buffer.from([0, 0, 0, 0, 3, 0xff, 0xff, 0xff]), "3"],
    ["a name that is no UTF-8", Buffer.from([0, 0, 0, 0, 3, 0x0a, 1, 0xff]), "3"],
    ["a compressed frame without compression", Buffer.from([1, 0, 0, 0, 1, 1]), "13"],
    ["unknown flags", Buffer.from([0x7e, 0, 0, 0, 0]), "3|8|13"],
  ] as const) {
    test(`${about} is an error in gRPC's terms`, async () => {
      for (const call of ["Find", "FindRange"]) {
        const response = await fetch(`${server.url}/hash_name.HashFinder/${call}`, {
          method: "POST",
          headers: { "content-type": grpcWeb },
          body,
        });
        const text = await response.text();
        const found = response.headers.get("grpc-status") ?? /grpc-status: (\d+)/i.exec(text)?.[1];
        assert.match(String(found), new RegExp(`^(${status})$`), text);
      }
    });
  }

  test("a frame of 100 MB is cut off, not read", async () => {
    const response = await fetch(`${server.url}/hash_name.HashFinder/Find`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ desiredName: "a".repeat(100_000) }),
    });
    assert.equal(response.status, 429);
  });

  test("a wrong content type is 415", async () => {
    const response = await fetch(`${server.url}/hash_name.HashFinder/Find`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "name=cat",
    });
    assert.equal(response.status, 415);
  });

  test("a wrong HTTP method is 405", async () => {
    assert.equal((await fetch(`${server.url}/hash_name.HashFinder/Find`, { method: "PUT" })).status, 405);
  });

  for (const [protocol, transportOf] of [
    ["gRPC-Web", ({ url }: TestServer) => createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" })],
    ["native gRPC", ({ grpcUrl }: TestServer) => createGrpcTransport({ baseUrl: grpcUrl })],
  ] as const) {
    for (const typeName of ["hash_name.HashFinder", "no.such.Service"]) {
      test(`an unknown method of ${typeName} is UNIMPLEMENTED over ${protocol}`, async () => {
        const method = { ...HashFinder.method.find, name: "Nothing", parent: { ...HashFinder, typeName } };
        const transport = transportOf(server);
        await assert.rejects(
          transport.unary(method as typeof HashFinder.method.find, undefined, undefined, undefined, {}),
          (error: unknown) => ConnectError.from(error).code === Code.Unimplemented,
        );
      });
    }
  }

  test("a path that is no page is 404, and leaves the folder unseen", async () => {
    assert.equal((await fetch(`${server.url}/nothing`)).status, 404);
    assert.equal((await fetch(`${server.url}/..%2f..%2fpackage.json`)).status, 404);
  });

  for (const [about, request] of [
    [
      "no Host at all",
      "POST /hash_name.HashFinder/Find HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    ],
    [
      "a Host that makes no URL",
      "POST /hash_name.HashFinder/Find HTTP/1.1\r\nhost: a b[\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    ],
    ["no HTTP", "hello\r\n\r\n"],
  ] as const) {
    test(`${about} is a 400`, async () => {
      const socket = connect({ host: "127.0.0.1", port: Number(new URL(server.url).port) });
      socket.write(request);
      const [data] = await once(socket, "data");
      assert.match(String(data), /^HTTP\/1\.1 400 /);
      socket.destroy();
    });
  }

  test("HTTP/1.1 on the gRPC port is refused, not served", async () => {
    await assert.rejects(fetch(server.grpcUrl));
  });

  test("an HTTP/2 session of garbage ends alone", async () => {
    const socket = connect({ host: "127.0.0.1", port: Number(new URL(server.grpcUrl).port) });
    socket.on("error", () => {});
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    socket.write(Buffer.alloc(300, 0xff));
    socket.resume();
    await once(socket, "close");
    const session = connectHttp2(server.grpcUrl);
    await once(session, "connect");
    session.close();
  });

  test("a client of the published contract works as before", async () => {
    const client = createClient(HashFinder, createGrpcTransport({ baseUrl: server.grpcUrl }));
    assert.equal((await client.find({ desiredName: "aa" })).secret, "ZA==");
  });

  test("the page's files travel compressed, and are kept for ever where their name has a hash", async () => {
    const headers = { "accept-encoding": "br" };
    const page = await fetch(server.url, { headers });
    assert.equal(page.headers.get("content-encoding"), "br");
    assert.equal(page.headers.get("cache-control"), "no-cache");
    const [script] = /\/assets\/[^"]+\.js/.exec(await page.text()) ?? [];
    const asset = await fetch(`${server.url}${script}`, { headers });
    assert.equal(asset.headers.get("content-encoding"), "br");
    assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
  });

  test("every answer carries the headers that protect the page", async () => {
    const page = await fetch(server.url);
    assert.equal(page.status, 200);
    for (const [name, value] of [
      ["content-security-policy", /default-src 'self'/],
      ["x-content-type-options", /nosniff/],
      ["x-frame-options", /./],
    ] as const) {
      assert.match(page.headers.get(name) ?? "", value);
    }
    assert.equal(page.headers.get("strict-transport-security"), null);
  });
});
