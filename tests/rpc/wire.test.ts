import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { status } from "@grpc/grpc-js";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { GrpcJsClient } from "../support/grpc-js.ts";
import { framesOf } from "../support/http2-frames.ts";
import { type Mounted, mount } from "../support/mounted.ts";
import { envelope } from "../support/raw-calls.ts";
import { startServer, type TestServer } from "../support/server.ts";

const grpc = { "content-type": "application/grpc+proto", te: "trailers" };

describe("on the wire", () => {
  let server: TestServer;
  let client: GrpcJsClient;
  before(async () => {
    server = await startServer({ args: ["--maximum-hashes", "0"] });
    client = new GrpcJsClient(server.grpcUrl);
  });
  after(async () => {
    client.close();
    await server.stop();
    assert.equal(await server.ended(), 0);
  });

  for (const path of ["/hash_name.HashFinder/Nothing", "/no.such.Service/Find"]) {
    test(`the answer to ${path} is one frame of headers that ends the stream`, async () => {
      const frames = await framesOf(
        server.grpcUrl,
        { ":path": path, ...grpc },
        envelope({ desiredName: "cat" }),
      );
      const kinds = frames.map(({ type, endsStream }) => ({ type, endsStream }));
      assert.deepEqual(kinds, [{ type: "HEADERS", endsStream: true }]);
    });

    test(`${path} is UNIMPLEMENTED to gRPC's own client, with its words`, async () => {
      const error = await client.call(path, { desiredName: "cat" });
      assert.ok(error instanceof Error);
      assert.equal(error.code, status.UNIMPLEMENTED);
      assert.equal(error.details, `There is no method ${path} here.`);
    });
  }

  test("an answer is headers, data, and trailers that end the stream", async () => {
    const headers = { ":path": "/hash_name.HashFinder/Find", ...grpc };
    const frames = await framesOf(server.grpcUrl, headers, envelope({ desiredName: "cat" }));
    const full = frames.filter(({ type, length }) => type !== "DATA" || length > 0);
    assert.deepEqual(
      full.map(({ type, endsStream }) => ({ type, endsStream })),
      [
        { type: "HEADERS", endsStream: false },
        { type: "DATA", endsStream: false },
        { type: "HEADERS", endsStream: true },
      ],
    );
  });

  test("an error reads in gRPC's own client as it was written", async () => {
    const error = await client.call("/hash_name.HashFinder/Find", { desiredName: "a b" });
    assert.ok(error instanceof Error);
    assert.equal(error.code, status.INVALID_ARGUMENT);
    assert.equal(
      error.details,
      `" " never appears in these hashes. Use letters, digits, + or /, and = only at the end.`,
    );
  });
});

describe("an error's words", () => {
  // Asked for by its place in the list.
  const list = ["Use letters, digits, + or /.", "größer als 🙂", "100 % of %2C", "two\r\nlines", " spaces "];
  let server: Mounted;
  let client: GrpcJsClient;
  before(async () => {
    server = await mount({
      routes: (router) =>
        router.service(HashFinder, {
          find({ desiredName }) {
            throw new ConnectError(list[Number(desiredName)] ?? "", Code.InvalidArgument);
          },
        }),
    });
    client = new GrpcJsClient(server.grpcUrl);
  });
  after(async () => {
    client.close();
    await server.close();
  });

  for (const [place, words] of list.entries()) {
    test(`${JSON.stringify(words)} reach gRPC's own client as they are`, async () => {
      const error = await client.call("/hash_name.HashFinder/Find", { desiredName: String(place) });
      assert.ok(error instanceof Error);
      assert.equal(error.code, status.INVALID_ARGUMENT);
      assert.equal(error.details, words);
    });
  }

  for (const [place, written] of [
    [0, "Use letters, digits, + or /."],
    [1, "gr%C3%B6%C3%9Fer als %F0%9F%99%82"],
    [2, "100 %25 of %252C"],
  ] as const) {
    test(`are written as ${written} in the trailers of gRPC`, async () => {
      const session = connectHttp2(server.grpcUrl);
      const stream = session.request({
        ":method": "POST",
        ":path": "/hash_name.HashFinder/Find",
        ...grpc,
      });
      stream.resume().end(envelope({ desiredName: String(place) }));
      const [trailers] = await once(stream, "trailers");
      assert.equal(trailers["grpc-message"], written);
      session.close();
    });

    test(`are written as ${written} in the last frame of gRPC-Web`, async () => {
      const response = await fetch(`${server.url}/hash_name.HashFinder/Find`, {
        method: "POST",
        headers: { "content-type": "application/grpc-web+proto" },
        body: envelope({ desiredName: String(place) }),
      });
      const body = Buffer.from(await response.arrayBuffer());
      assert.equal(body[0], 0x80);
      assert.equal(body.readUInt32BE(1), body.length - 5);
      assert.ok(body.toString("latin1", 5).split("\r\n").includes(`grpc-message: ${written}`), String(body));
    });
  }
});
