// What the platforms do that this project has to live with, by the platforms
// alone: docs/stop.md tells what follows from each. When one of these goes red, a
// trap is gone, or has moved, and so may what guards against it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttp1Server, type Server as Http1Server } from "node:http";
import {
  connect as connectHttp2,
  createServer,
  type Http2Server,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { status } from "@grpc/grpc-js";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { Message } from "../../proto/gen/message_pb.ts";
import { nativeClients, reportOf } from "../support/clients.ts";
import { GrpcJsClient } from "../support/grpc-js.ts";
import { framesOf } from "../support/http2-frames.ts";
import { envelope } from "../support/raw-calls.ts";
import { startServer } from "../support/server.ts";
import { until } from "../support/until.ts";

test("a MessagePort hands over a thousand messages in one turn of the event loop", async () => {
  const { port1, port2 } = new MessageChannel();
  let handled = 0;
  port2.on("message", () => {
    handled++;
    // As whoever gives out the next job from within the handler.
    if (handled < 5000) port1.postMessage(undefined);
  });
  port1.postMessage(undefined);
  let inOneTurn = 0;
  for (let before = 0; handled < 5000; before = handled) {
    await setImmediate();
    inOneTurn = Math.max(inOneTurn, handled - before);
  }
  port1.close();
  assert.equal(inOneTurn, 1000);
});

test("a socket that was reset takes writes until its close event, which needs a turn of the loop", async () => {
  const server = createHttp1Server();
  const url = await listen(server);
  const client = connect(Number(new URL(url).port), "127.0.0.1");
  client.on("error", () => {});
  client.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const [, response] = await once(server, "request");
  response.write("begun");
  await once(client, "data");
  client.resetAndDestroy();
  // As Connect's writer does: what it awaits never lets the loop turn. Of these
  // 10 MB, nothing goes anywhere.
  let taken = 0;
  for (let i = 0; i < 10_000; i++) {
    if (response.write("x".repeat(1000))) taken++;
    await new Promise<void>((resolve) => process.nextTick(resolve));
  }
  await once(response, "close");
  server.close();
  assert.equal(taken, 10_000);
});

describe("an answer that is only trailers, over HTTP/2", () => {
  const trailers = { "content-type": "application/grpc", "grpc-status": "5", "grpc-message": "none" };

  test("by writeHead and end has headers that do not end the stream: gRPC's client takes it for broken", async () => {
    const { frames, error } = await answered((response) => response.writeHead(200, trailers).end());
    assert.deepEqual(frames, [
      { type: "HEADERS", endsStream: false },
      { type: "DATA", endsStream: true },
    ]);
    assert.notEqual(error, status.NOT_FOUND);
  });

  test("by setHeader and end is one frame, which reads as it was meant", async () => {
    const { frames, error } = await answered((response) => {
      for (const [name, value] of Object.entries(trailers)) response.setHeader(name, value);
      response.end();
    });
    assert.deepEqual(frames, [{ type: "HEADERS", endsStream: true }]);
    assert.equal(error, status.NOT_FOUND);
  });
});

test("a generator whose reader vanishes while it waits for it is never resumed by Connect", async () => {
  let signal: AbortSignal | undefined;
  let said = 0;
  let isFinished = false;
  const server = createServer(
    connectNodeAdapter({
      routes: (router) =>
        router.service(Message, {
          async *stream(_, context) {
            signal = context.signal;
            try {
              for (;;) {
                said++;
                yield { message: "x".repeat(100_000) };
              }
            } finally {
              isFinished = true;
            }
          },
        }),
    }),
  );
  const sessions: ServerHttp2Session[] = [];
  server.on("session", (session) => sessions.push(session));
  const client = connectHttp2(await listen(server));
  client.on("error", () => {});
  const headers = { "content-type": "application/grpc+proto", te: "trailers" };
  const stream = client.request({ ":method": "POST", ":path": "/Message/Stream", ...headers });
  stream.on("error", () => {});
  stream.end(envelope({ desiredName: "key" }));
  // It is parked when it has said nothing more for some turns.
  let before = -1;
  for (let quiet = 0; quiet < 50; quiet = said === before && said > 0 ? quiet + 1 : 0) {
    before = said;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  client.destroy();
  await until(() => signal?.aborted === true && sessions.every(({ destroyed }) => destroyed));
  for (let turns = 0; turns < 100; turns++) await setImmediate();
  server.close();
  assert.equal(isFinished, false);
});

test("leaving the loop over a stream of Connect's client does not cancel the call", async () => {
  const server = await startServer({ args: ["--maximum-seconds", "1", "--maximum-hashes", "0"] });
  const clients = nativeClients(server);
  const searchId = crypto.randomUUID();
  const search = { desiredName: "cancellation", interestingHammingDistance: 6, searchId };
  for await (const _match of clients.finder.findRange(search)) break;
  const { ending } = await reportOf(clients, searchId);
  await server.stop();
  assert.equal(ending, Ending.DEADLINE);
});

test("the reason of an abort stays in the client", async () => {
  const server = await startServer();
  const clients = nativeClients(server);
  const searchId = crypto.randomUUID();
  const controller = new AbortController();
  const search = { desiredName: "cancellation", interestingHammingDistance: 6, searchId };
  const ended = (async () => {
    for await (const _match of clients.finder.findRange(search, { signal: controller.signal })) {
      controller.abort(new Error("seen enough"));
    }
  })();
  const error = await ended.then(
    () => assert.fail("it was cancelled"),
    (thrown) => ConnectError.from(thrown),
  );
  assert.equal(error.code, Code.Canceled);
  assert.match(error.rawMessage, /seen enough/);
  await reportOf(clients, searchId);
  await server.stop();
  assert.ok(server.logged({ searchId }).length > 0);
  assert.ok(!server.words.join("\n").includes("seen enough"));
});

async function answered(answer: (response: Http2ServerResponse) => void) {
  const server = createServer((_, response) => answer(response));
  const url = await listen(server);
  const client = new GrpcJsClient(url);
  const headers = { ":path": "/hash_name.HashFinder/Find", "content-type": "application/grpc" };
  try {
    const frames = await framesOf(url, headers, envelope({ desiredName: "cat" }));
    const error = await client.call("/hash_name.HashFinder/Find", { desiredName: "cat" });
    return {
      frames: frames.map(({ type, endsStream }) => ({ type, endsStream })),
      error: error instanceof Error ? error.code : undefined,
    };
  } finally {
    client.close();
    server.close();
  }
}

async function listen(server: Http2Server | Http1Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
