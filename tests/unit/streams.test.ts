import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { messageEveryMs } from "../../proto/bounds.ts";
import type { StreamLimits } from "../../server/calls/limits.ts";
import type { Refusal } from "../../server/calls/refusal.ts";
import { Refused } from "../../server/calls/refusal.ts";
import { type Stream, StreamEnded, type StreamReport } from "../../server/streams/stream.ts";
import { Streams } from "../../server/streams/streams.ts";
import { noLimits } from "../support/limits.ts";

const longMs = 60_000;

describe("keyed streams", { timeout: 10_000 }, () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  test("ten messages, the first at once, then one a second", async () => {
    const { streams, reports } = server();
    const stream = streams.open("K", "client");
    const { messages, done } = read(stream);
    await settled();
    assert.deepEqual(messages, ["key: K, progress: +"]);
    mock.timers.tick(messageEveryMs - 1);
    await settled();
    assert.equal(messages.length, 1, "no message before its second");
    for (let i = 0; i < 9; i++) {
      mock.timers.tick(messageEveryMs);
      await settled();
    }
    assert.equal(messages.length, 10);
    assert.equal(messages.at(-1), "key: K, progress: ++++++++++");
    assert.equal(await done, undefined);
    assert.deepEqual(
      reports.map(({ key, client, cause, messages }) => [key, client, cause, messages]),
      [["K", "client", "done", 10]],
    );
    assert.equal(streams.count(), 0);
  });

  test("an end between two messages takes effect without the clock moving", async () => {
    const { streams, reports } = server();
    const stream = streams.open("K", "client");
    const { messages, done } = read(stream);
    await settled();
    stream.end("cancelled");
    stream.end("deadline");
    assert.equal(streams.count(), 0, "its place is free in the same tick");
    const error = await done;
    assert.ok(error instanceof StreamEnded);
    assert.equal(error.cause, "cancelled");
    assert.equal(String(error), "StreamEnded: the stream has ended: cancelled");
    assert.equal(messages.length, 1);
    assert.deepEqual(
      reports.map(({ cause, messages }) => [cause, messages]),
      [["cancelled", 1]],
    );
  });

  test("an end before the first message is read sends none", async () => {
    const { streams, reports } = server();
    const stream = streams.open("K", "client");
    stream.end("cancelled");
    const { messages, done } = read(stream);
    assert.ok((await done) instanceof StreamEnded);
    assert.deepEqual(messages, []);
    assert.equal(reports[0]?.messages, 0);
  });

  test("an end after the last message changes nothing", async () => {
    const { streams, reports } = server();
    const stream = streams.open("K", "client");
    const { done } = read(stream);
    for (let i = 0; i < 10; i++) {
      await settled();
      mock.timers.tick(messageEveryMs);
    }
    await done;
    stream.end("cancelled");
    assert.deepEqual(
      reports.map(({ cause }) => cause),
      ["done"],
    );
  });

  test("a reader that stops without leaving keeps its place no longer than the time limit", async () => {
    const { streams, reports } = server({ maximumTimeMs: longMs });
    const messages = streams.open("K", "client").messages();
    await messages.next();
    mock.timers.tick(longMs);
    assert.equal(streams.count(), 0);
    assert.equal(reports[0]?.cause, "deadline");
    await assert.rejects(messages.next(), StreamEnded);
  });

  test("even the shortest time limit ends it in the end, and no limit never", async () => {
    const limited = server({ maximumTimeMs: 1 });
    const unlimited = server();
    for (const { streams } of [limited, unlimited]) await streams.open("K", "client").messages().next();
    mock.timers.tick(longMs);
    assert.deepEqual([limited.streams.count(), unlimited.streams.count()], [0, 1]);
    unlimited.streams.close("shutdown");
  });

  test("tells how long it was open, and how long it needs at the most", (t) => {
    let nowMs = 40_000;
    t.mock.method(performance, "now", () => nowMs);
    const { streams, reports } = server();
    const stream = streams.open("K", "client");
    assert.equal(stream.remainingMs, 9 * messageEveryMs);
    nowMs += 2_500;
    assert.equal(stream.remainingMs, 9 * messageEveryMs - 2_500);
    nowMs += longMs;
    assert.equal(stream.remainingMs, 0);
    stream.end("cancelled");
    assert.equal(reports[0]?.elapsedMs, longMs + 2_500);
  });

  test("a short time limit does not cut a stream that is read", async () => {
    const { streams, reports } = server({ maximumTimeMs: 3_000 });
    const { done } = read(streams.open("K", "client"));
    for (let i = 0; i < 10; i++) {
      await settled();
      mock.timers.tick(messageEveryMs);
    }
    await done;
    assert.deepEqual(
      reports.map(({ cause, messages }) => [cause, messages]),
      [["done", 10]],
    );
  });

  test("the same key may be opened twice, and each is counted by its client", () => {
    const { streams } = server();
    streams.open("K", "a");
    streams.open("K", "a");
    streams.open("K", "b");
    assert.deepEqual([streams.count(), streams.count("a"), streams.count("b")], [3, 2, 1]);
    streams.close("shutdown");
  });

  test("one client is refused beyond its limit, with the time until its first stream is done", () => {
    const { streams } = server({ maximumStreamsPerClient: 2 });
    streams.open("1", "a");
    const second = streams.open("2", "a");
    const refusal = refusalOf(() => streams.open("3", "a"));
    assert.ok(refusal.why === "client full" && refusal.of === "streams" && refusal.limit === 2);
    assert.ok(refusal.retryAfterMs > 8_000 && refusal.retryAfterMs <= 9_000, `${refusal.retryAfterMs} ms`);
    streams.open("3", "b");
    second.end("cancelled");
    streams.open("3", "a");
    streams.close("shutdown");
  });

  test("everybody is refused beyond the limit of all", () => {
    const { streams } = server({ maximumStreams: 2 });
    streams.open("1", "a");
    streams.open("2", "b");
    assert.equal(refusalOf(() => streams.open("3", "c")).why, "server full");
    streams.close("shutdown");
  });

  test("where places come free all the time, the next try is soon", () => {
    const { streams } = server({ maximumStreams: 1 });
    for (let i = 0; i < 5; i++) streams.open("K", "client").end("cancelled");
    streams.open("K", "client");
    const refusal = refusalOf(() => streams.open("L", "client"));
    assert.ok(refusal.why === "server full" && refusal.retryAfterMs === 1_000);
    streams.close("shutdown");
  });

  test("a shutdown ends every stream and opens no more", async () => {
    const { streams, reports } = server();
    const { done } = read(streams.open("K", "client"));
    streams.close("shutdown");
    const error = await done;
    assert.ok(error instanceof StreamEnded && error.cause === "shutdown");
    assert.equal(reports.length, 1);
    assert.equal(refusalOf(() => streams.open("L", "client")).why, "shutdown");
  });
});

function server(limits: Partial<StreamLimits> = {}) {
  const reports: StreamReport[] = [];
  const streams = new Streams({ ...noLimits, ...limits }, (report) => reports.push(report));
  return { streams, reports };
}

/** Reads as a caller does: what came, and what ended it. */
function read(stream: Stream): { readonly messages: readonly string[]; readonly done: Promise<unknown> } {
  const messages: string[] = [];
  const readAll = async (): Promise<unknown> => {
    try {
      for await (const message of stream.messages()) messages.push(message);
    } catch (error) {
      return error;
    }
  };
  return { messages, done: readAll() };
}

function refusalOf(open: () => unknown): Refusal {
  try {
    open();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  throw new Error("it was not refused");
}

/** All that can happen without the clock has happened. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
