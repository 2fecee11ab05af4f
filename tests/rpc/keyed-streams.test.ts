import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import { LimitedCalls, LimitScope, RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import { untilActivity } from "../support/activity.ts";
import { type Clients, nativeClients, webClients } from "../support/clients.ts";
import { framed } from "../support/frames.ts";
import { Random } from "../support/random.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";
import { keys } from "../support/vectors.ts";

const protocols = [
  ["gRPC-Web", webClients],
  ["native gRPC", nativeClients],
] as const;

for (const [protocol, clientsOf] of protocols) {
  describe(`keyed streams over ${protocol}`, () => {
    let server: TestServer;
    let clients: Clients;
    before(async () => {
      server = await startServer({ args: ["--maximum-streams-per-client", "12"] });
      clients = clientsOf(server);
    });
    after(async () => await stopCleanly(server));

    test("a message comes at once, then one a second", async () => {
      const startedAt = performance.now();
      const arrivedAt: number[] = [];
      const controller = new AbortController();
      const { messages } = await read(clients, "K", {
        signal: controller.signal,
        onMessage: () => {
          arrivedAt.push(performance.now() - startedAt);
          if (arrivedAt.length === 3) controller.abort();
        },
      });
      assert.deepEqual(messages, tenMessages("K").slice(0, 3));
      const [first = 0, second = 0, third = 0] = arrivedAt;
      assert.ok(first < 900, `the first after ${first} ms`);
      assert.ok(second >= 1000 && third >= 2000, `then after ${second} and ${third} ms`);
    });

    test("an abort before the call opens no stream", async () => {
      const { error } = await read(clients, "before", { signal: AbortSignal.abort() });
      assert.equal(error?.code, Code.Canceled);
      assert.deepEqual(server.logged({ key: "before" }), []);
    });

    test("an abort between two messages takes effect before the next, and frees the place", async () => {
      for (const attempt of ["1", "2", "3", "4", "5"]) {
        const key = `between ${attempt}`;
        const controller = new AbortController();
        const onMessage = () => controller.abort();
        const { messages, error } = await read(clients, key, { signal: controller.signal, onMessage });
        controller.abort();
        assert.equal(error?.code, Code.Canceled);
        assert.equal(messages.length, 1);
        await server.untilLogged({ msg: "stream ended", key, cause: "cancelled", messages: 1 });
        const [ended] = server.logged({ msg: "stream ended", key });
        assert.ok(Number(ended?.elapsedMs) < 900, `${ended?.elapsedMs} ms on the server's clock`);
      }
      await untilStreams(server, 0);
    });

    test("200 streams aborted at random times leave none", async () => {
      const random = new Random(1);
      const codes = await Promise.all(
        Array.from({ length: 200 }, async (_, i) => {
          await pause(random.int(0, 1000));
          const controller = new AbortController();
          const ended = read(clients, `random ${i}`, { signal: controller.signal });
          await pause(random.int(0, 100));
          controller.abort();
          return (await ended).error?.code;
        }),
      );
      // Some may be refused: no more than 12 of one client are open at once.
      for (const code of codes)
        assert.ok(code === Code.Canceled || code === Code.ResourceExhausted, String(code));
      assert.ok(codes.includes(Code.Canceled));
      await untilStreams(server, 0);
    });

    test("the deadline of the caller ends it", async () => {
      const { messages, error } = await read(clients, "deadline", { timeoutMs: 300 });
      assert.equal(error?.code, Code.DeadlineExceeded);
      assert.equal(messages.length, 1);
      await untilStreams(server, 0);
      await server.untilLogged({ msg: "stream ended", key: "deadline" });
    });

    for (const { about, key, broken } of keys) {
      test(`${broken ? "refuse" : "accept"} ${about}`, async () => {
        const controller = new AbortController();
        const { messages, error } = await read(clients, key, {
          signal: controller.signal,
          onMessage: () => controller.abort(),
        });
        if (!broken) return assert.deepEqual(messages, tenMessages(key).slice(0, 1));
        assert.equal(error?.code, Code.InvalidArgument);
        const [violation] = error?.findDetails(BadRequestSchema)[0]?.fieldViolations ?? [];
        assert.equal(violation?.field, "key");
        assert.match(violation?.description ?? "", /\.$/);
      });
    }

    test("one client is refused beyond its limit, and told when to try again", async () => {
      const controller = new AbortController();
      const open = Array.from({ length: 12 }, (_, i) =>
        read(clients, `full ${i}`, { signal: controller.signal }),
      );
      await untilStreams(server, 12);
      const { error } = await read(clients, "one too many");
      assert.equal(error?.code, Code.ResourceExhausted);
      assert.match(error?.rawMessage ?? "", /12 streams/);
      const delay = Number(error?.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds);
      assert.ok(delay >= 1 && delay <= 9, `the delay is ${delay} s`);
      const [refusal] = error?.findDetails(RefusalSchema) ?? [];
      assert.partialDeepStrictEqual(refusal, {
        scope: LimitScope.CLIENT,
        calls: LimitedCalls.STREAMS,
        limit: 12,
      });
      controller.abort();
      await Promise.all(open);
      await untilStreams(server, 0);
      const again = await read(clients, "again", { timeoutMs: 300 });
      assert.equal(again.messages.length, 1);
    });

    test("everybody is refused beyond the limit of all", async () => {
      const full = await startServer({ args: ["--maximum-streams", "1"] });
      const controller = new AbortController();
      const first = read(clientsOf(full), "first", { signal: controller.signal });
      await untilStreams(full, 1);
      const { error } = await read(clientsOf(full), "second");
      assert.equal(error?.code, Code.ResourceExhausted);
      const [refusal] = error?.findDetails(RefusalSchema) ?? [];
      assert.partialDeepStrictEqual(refusal, {
        scope: LimitScope.SERVER,
        calls: LimitedCalls.STREAMS,
        limit: 1,
      });
      controller.abort();
      await first;
      await stopCleanly(full);
    });

    test("a shutdown between two messages is UNAVAILABLE with a delay, before the next was due", async () => {
      const leaving = await startServer();
      let firstAt = 0;
      const onMessage = () => {
        firstAt = performance.now();
        leaving.signal();
      };
      const { messages, error } = await read(clientsOf(leaving), "K", { onMessage });
      const afterMs = performance.now() - firstAt;
      assert.equal(messages.length, 1);
      assert.ok(afterMs < 1000, `told after ${afterMs} ms`);
      assert.equal(error?.code, Code.Unavailable);
      assert.ok(error?.findDetails(RetryInfoSchema)[0]?.retryDelay);
      await stopCleanly(leaving);
    });
  });
}

describe("keyed streams on the wire", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(async () => await stopCleanly(server));

  test("the bytes are those of the published contract", async () => {
    const session = connectHttp2(server.grpcUrl);
    const stream = session.request({
      ":method": "POST",
      ":path": "/Message/Stream",
      "content-type": "application/grpc",
      te: "trailers",
    });
    // Field 1, a string of one byte: "K".
    stream.end(framed(Uint8Array.of(0x0a, 1, 0x4b)));
    const [first] = await once(stream, "data");
    const text = "key: K, progress: +";
    assert.deepEqual(first, framed(Buffer.concat([Uint8Array.of(0x0a, text.length), Buffer.from(text)])));
    stream.close();
    session.close();
    await untilStreams(server, 0);
  });

  for (const how of ["destroy", "resetAndDestroy", "end"] as const) {
    test(`a client that vanishes (${how}) leaves no stream`, async () => {
      const socket = connect({ host: "127.0.0.1", port: Number(new URL(server.url).port) });
      await once(socket, "connect");
      const body = framed(Uint8Array.of(0x0a, 1, 0x4b));
      socket.write(
        `POST /Message/Stream HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
      await untilStreams(server, 1);
      socket[how]();
      await untilStreams(server, 0);
    });
  }
});

interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  onMessage?(): void;
}

/** Reads a stream to its end, whatever that is. */
async function read(
  { streams }: Clients,
  key: string,
  { signal, timeoutMs, onMessage }: ReadOptions = {},
): Promise<{ readonly messages: readonly string[]; readonly error: ConnectError | undefined }> {
  const messages: string[] = [];
  try {
    const options = { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
    for await (const { message } of streams.stream({ key }, options)) {
      messages.push(message);
      onMessage?.();
    }
    return { messages, error: undefined };
  } catch (error) {
    return { messages, error: ConnectError.from(error) };
  }
}

function tenMessages(key: string): readonly string[] {
  return Array.from({ length: 10 }, (_, i) => `key: ${key}, progress: ${"+".repeat(i + 1)}`);
}

async function untilStreams({ url }: TestServer, count: number): Promise<void> {
  const { streamsOfCaller } = await untilActivity(url, ({ streams }) => streams === count);
  assert.equal(streamsOfCaller, count);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
