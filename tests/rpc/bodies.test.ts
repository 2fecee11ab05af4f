import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { identifyBy } from "../../server/edge/who/identity.ts";
import { framed, frameFlags, framesIn } from "../support/frames.ts";
import { type Mounted, mount } from "../support/mounted.ts";
import { connectRaw, grpcOver, grpcWebRaw, openGrpc } from "../support/outside-callers.ts";
import { envelope } from "../support/raw-calls.ts";
import { waysToSend } from "../support/raw-protocols.ts";

const find = "/hash_name.HashFinder/Find";
const inJson = { "content-type": "application/grpc-web+json" };
const garbage = Buffer.from([0xff, 0xff, 0xff]);
const cut = Buffer.from([0x0a, 9, 0x61]);
const notUtf8 = Buffer.from([0x0a, 1, 0xff]);

let server: Mounted;
const at = (): Mounted => server;
let calls = 0;
before(async () => {
  const answer = { secret: "BO8=" };
  server = await mount({
    bodyTimeMs: 200,
    routes: (router) =>
      router.service(HashFinder, {
        find() {
          calls++;
          return answer;
        },
        async *findRange() {
          calls++;
          yield answer;
        },
      }),
  });
});
after(async () => {
  assert.deepEqual(server.logged, []);
  await server.close();
});

describe("a message that cannot be decoded", () => {
  for (const [about, message, words] of [
    ["garbage", garbage, /^Cannot read the request: it is no hash_name\.HashNameRequest \(.+\)\. Encode it /],
    ["a message cut short", cut, /^Cannot read the request: it is no hash_name\.HashNameRequest \(.+\)\. /],
    ["a name that is no UTF-8", notUtf8, /^Cannot read the request: a text in it is not UTF-8\. Encode /],
  ] as const) {
    for (const [protocol, call, send] of waysToSend(at, message)) {
      test(`${about} is INVALID_ARGUMENT with a sentence: ${call} over ${protocol}`, async () => {
        const before = calls;
        const told = await send();
        assert.equal(told.code, "3");
        assert.match(told.message, words);
        assert.equal(calls, before);
      });
    }
  }

  for (const [about, body, code, words] of [
    ["a frame head cut short", Buffer.from([0, 0, 0]), "3", /it is cut short/],
    ["a frame without its message", Buffer.from([0, 0, 0, 0, 9]), "3", /it is cut short/],
    [
      "two messages that are none",
      Buffer.concat([framed(garbage), framed(garbage)]),
      "3",
      /it is no hash_name/,
    ],
    ["a message of 100 MB announced", Buffer.from([0, 6, 0, 0, 0, 1]), "8", /./],
    ["a message of 17 kB", framed(Buffer.alloc(17 * 1024)), "8", /it is larger than/],
    ["no message", Buffer.alloc(0), "12", /missing input message/],
    [
      "two messages",
      Buffer.concat([envelope({ desiredName: "a" }), envelope({ desiredName: "a" })]),
      "12",
      /extra/,
    ],
  ] as const) {
    for (const call of ["Find", "FindRange"]) {
      test(`${about} is status ${code}: ${call}`, async () => {
        const told = await grpcWebRaw(server.url, `/hash_name.HashFinder/${call}`, body);
        assert.equal(told.code, code);
        assert.match(told.message, words);
      });
    }
  }

  test("what is not compressed as it says is INVALID_ARGUMENT", async () => {
    for (const [encoding, data] of [
      ["gzip", garbage],
      ["gzip", gzipSync(garbage).subarray(0, 12)],
      ["br", garbage],
    ] as const) {
      const told = await grpcWebRaw(server.url, find, compressed(data), {
        headers: { "grpc-encoding": encoding },
      });
      assert.equal(told.code, "3");
      assert.match(told.message, new RegExp(`it is not compressed with ${encoding}`));
    }
  });

  test("what is small only while it is compressed is RESOURCE_EXHAUSTED", async () => {
    const body = compressed(gzipSync(Buffer.alloc(1_000_000)));
    const headers = { "grpc-encoding": "gzip" };
    assert.equal((await grpcWebRaw(server.url, find, body, { headers })).code, "8");
  });

  test("JSON with half of a character is INVALID_ARGUMENT, in gRPC's trailers too", async () => {
    for (const call of ["Find", "FindRange"]) {
      const body = framed(Buffer.from('"\\ud800"'));
      const told = await grpcWebRaw(server.url, `/hash_name.HashFinder/${call}`, body, { headers: inJson });
      assert.equal(told.code, "3");
      assert.match(told.message, /^Cannot read the request: it is no hash_name\.HashNameRequest \(/);
    }
  });

  test("the words on it are short, however much was sent", async () => {
    const body = framed(Buffer.from(JSON.stringify({ desiredName: ["x".repeat(10_000)] })));
    const told = await grpcWebRaw(server.url, find, body, { headers: inJson });
    assert.equal(told.code, "3");
    assert.ok(told.message.length < 400, told.message);
  });

  test("JSON that is not UTF-8 is INVALID_ARGUMENT", async () => {
    const body = Buffer.from('{"desiredName":"\xff"}', "latin1");
    const told = await connectRaw(server.url, find, body, "application/json");
    assert.equal(told.code, "invalid_argument");
    assert.match(told.message, /its JSON is not UTF-8/);
  });
});

describe("a message that is whole", () => {
  const [{ data } = { data: Buffer.alloc(0) }] = framesIn(envelope({ desiredName: "cat" }));
  for (const [protocol, call, send] of waysToSend(at, data)) {
    test(`is answered: ${call} over ${protocol}`, async () => {
      const before = calls;
      assert.equal((await send()).code, "0");
      assert.equal(calls, before + 1);
    });
  }
});

test("a body that fails after its answer is heard, which nobody has read: else it would end the process", async () => {
  const identify = identifyBy({ trustedProxies: [] });
  const requests: IncomingMessage[] = [];
  const keeping = await mount({
    routes: (router) => router.service(HashFinder, {}),
    identify: (request) => {
      requests.push(request);
      return identify(request);
    },
  });
  const asked = { method: "POST", headers: { "content-type": "text/plain" }, body: "x" };
  // When the second has its answer, Connect has let go of the first.
  for (let i = 0; i < 2; i++) {
    const { status } = await fetch(`${keeping.url}/hash_name.HashFinder/Find`, asked);
    assert.equal(status, 415);
  }
  assert.ok(requests[0]?.emit("error", new Error("aborted")));
  await keeping.close();
});

describe("a body that is too slow", () => {
  for (const [about, contentType, answer] of [
    ["gRPC-Web", "application/grpc-web+proto", /grpc-status: 4\r\n/],
    ["Connect", "application/json", /^HTTP\/1\.1 504 .*"code":"deadline_exceeded"/s],
    ["no protocol", "text/plain", /^HTTP\/1\.1 415 /],
  ] as const) {
    test(`of ${about} over HTTP/1.1 is answered, and its connection freed`, async () => {
      const socket = slowSocket("/hash_name.HashFinder/Find", contentType);
      const closed = once(socket, "close");
      const text = await textUntilClosed(socket);
      assert.match(text, answer);
      await closed;
    });
  }

  test("of an unknown method over HTTP/1.1 is answered, and its connection freed", async () => {
    const text = await textUntilClosed(slowSocket("/no.such.Service/Find", "application/json"));
    assert.match(text, /^HTTP\/1\.1 404 /);
  });

  test("over native gRPC is DEADLINE_EXCEEDED, its stream freed and its connection kept", async () => {
    const session = connectHttp2(server.grpcUrl);
    const stream = openGrpc(session, find);
    stream.write(Buffer.from([0, 0]));
    const [trailers] = await once(stream.resume(), "trailers");
    assert.equal(trailers["grpc-status"], "4");
    assert.match(trailers["grpc-message"], /^Cannot read the request: it was not there after 0\.2 s\. /);
    await once(stream, "close");
    assert.equal(stream.rstCode, constants.NGHTTP2_NO_ERROR);
    assert.equal((await grpcOver(session, find, envelope({ desiredName: "cat" }))).code, "0");
    session.close();
  });

  test("whose caller leaves is forgotten without a word", async () => {
    const session = connectHttp2(server.grpcUrl);
    const stream = openGrpc(session, find);
    stream.on("error", () => {});
    stream.write(Buffer.from([0, 0]));
    await once(session, "remoteSettings");
    session.destroy();
    const socket = slowSocket("/hash_name.HashFinder/Find", "application/json");
    await once(socket, "connect");
    socket.resetAndDestroy();
    assert.equal((await grpcWebRaw(server.url, find, envelope({ desiredName: "cat" }))).code, "0");
  });

  test("whose bytes come one by one in time is read", async () => {
    const session = connectHttp2(server.grpcUrl);
    const stream = openGrpc(session, find);
    for (const byte of envelope({ desiredName: "cat" })) stream.write(Buffer.of(byte));
    stream.end();
    const [trailers] = await once(stream.resume(), "trailers");
    assert.equal(trailers["grpc-status"], "0");
    session.close();
  });
});

function compressed(message: Uint8Array): Buffer {
  return framed(message, frameFlags.compressed);
}

/** A connection that has sent half of a body. */
function slowSocket(path: string, contentType: string): Socket {
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(server.url).port) });
  socket.on("error", () => {});
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${contentType}\r\ncontent-length: 9\r\n\r\n{`,
  );
  return socket;
}

async function textUntilClosed(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}
