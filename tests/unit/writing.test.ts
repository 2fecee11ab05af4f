import assert from "node:assert/strict";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { Message, RequestSchema } from "../../proto/gen/message_pb.ts";
import { framed } from "../support/frames.ts";
import { type Mounted, mount } from "../support/mounted.ts";
import { until } from "../support/until.ts";

// More streams than may write in one turn of the event loop: some always wait.
const streams = 20;
// Fills what the systems on both sides hold back in a few turns.
const large = "m".repeat(16_384);
const body = framed(toBinary(RequestSchema, create(RequestSchema, { key: "key" })));

interface Reader {
  /** Leaves, as a process does that dies. */
  reset(): void;
  /** Reads nothing until it goes on. */
  pause(): void;
  resume(): void;
}

const readers: Readonly<Record<string, (server: Mounted) => Reader>> = {
  "HTTP/1.1": ({ url }) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1").resume();
    socket.on("error", () => {});
    socket.write(
      `POST /Message/Stream HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
    return {
      reset: () => socket.resetAndDestroy(),
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
    };
  },
  "HTTP/2": ({ grpcUrl }) => {
    const session = connectHttp2(grpcUrl);
    session.on("error", () => {});
    const stream = session.request({
      ":method": "POST",
      ":path": "/Message/Stream",
      "content-type": "application/grpc+proto",
      te: "trailers",
    });
    stream.on("error", () => {});
    stream.resume();
    stream.end(body);
    return {
      reset: () => {
        stream.close(8);
        session.close();
      },
      pause: () => void stream.pause(),
      resume: () => void stream.resume(),
    };
  },
};

describe("streams that always have something to say", () => {
  for (const [over, start] of Object.entries(readers)) {
    test(`are released when their readers leave, over ${over}`, { timeout: 20_000 }, async () => {
      const source = endlessStreams();
      const server = await mount({ routes: source.routes });
      const open = Array.from({ length: streams }, () => start(server));
      await until(() => source.open === streams && source.said > 1000);
      for (const reader of open) reader.reset();
      await until(() => source.open === 0);
      await server.close();
    });
  }

  for (const [over, start] of Object.entries(readers)) {
    test(`are ended when their reader takes nothing, over ${over}`, { timeout: 20_000 }, async () => {
      const reasons: unknown[] = [];
      const source = endlessStreams({
        message: large,
        onAbort: ({ reason }) => reasons.push(String(reason)),
      });
      const server = await mount({ routes: source.routes, patienceMs: 300 });
      const reader = start(server);
      await until(() => source.open === 1 && source.said > 100);
      reader.pause();
      await until(() => source.open === 0);
      reader.reset();
      await server.close();
      assert.deepEqual(reasons, [
        "ConnectError: [canceled] The reader took nothing for 0.3 s while there was something to send.",
      ]);
    });

    test(`go on while their reader takes something now and then, over ${over}`, {
      timeout: 20_000,
    }, async () => {
      const source = endlessStreams({ message: large });
      const server = await mount({ routes: source.routes, patienceMs: 1000 });
      const reader = start(server);
      // Longer than the patience together, and each so much shorter that a busy machine makes none of them as long.
      for (let pauses = 0; pauses < 5; pauses++) {
        reader.pause();
        await pause(300);
        reader.resume();
        const { said } = source;
        await until(() => source.said > said + 1000);
      }
      assert.equal(source.open, 1);
      reader.reset();
      await until(() => source.open === 0);
      await server.close();
    });
  }

  test("say no more in one turn of the event loop than the turnstile lets through", async () => {
    const source = endlessStreams();
    const server = await mount({ routes: source.routes });
    const open = Array.from({ length: streams }, () => readers["HTTP/1.1"]?.(server));
    await until(() => source.open === streams);
    let most = 0;
    for (let turn = 0; turn < 200; turn++) {
      const before = source.said;
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, source.said - before);
    }
    assert.ok(most > 0 && most <= 16, `${most} messages in one turn`);
    for (const reader of open) reader?.reset();
    await until(() => source.open === 0);
    await server.close();
  });
});

interface EndlessOptions {
  readonly message?: string;
  readonly onAbort?: (signal: AbortSignal) => void;
}

/** Streams whose next message is always there. */
function endlessStreams({ message = "m", onAbort }: EndlessOptions = {}) {
  const source = {
    open: 0,
    said: 0,
    routes: ({ service }: Parameters<Parameters<typeof mount>[0]["routes"]>[0]): void =>
      void service(Message, {
        async *stream(_, { signal }) {
          source.open++;
          signal.addEventListener("abort", () => onAbort?.(signal));
          try {
            for (;;) {
              source.said++;
              yield { message };
            }
          } finally {
            source.open--;
          }
        },
      }),
  };
  return source;
}
