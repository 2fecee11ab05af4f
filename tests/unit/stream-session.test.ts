import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { signal } from "@preact/signals";
import { messagesOfStream } from "../../proto/bounds.ts";
import { BadRequestSchema, RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import {
  type WatchActivityResponse,
  WatchActivityResponseSchema,
} from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { LimitScope, RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import type { Clients } from "../../web/src/api/clients.ts";
import type { Connections } from "../../web/src/session/connections.ts";
import { createLine } from "../../web/src/session/line.ts";
import { startStream } from "../../web/src/session/stream-session.ts";
import type { StreamState } from "../../web/src/session/stream-state.ts";
import { ownConnections } from "../../web/src/store/few-connections.ts";
import { createStreams, type Streams } from "../../web/src/store/streams.ts";

describe("keyed streams of the page", { timeout: 10_000 }, () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => {
    for (const { cancelAll } of pages.splice(0)) cancelAll();
    mock.timers.reset();
  });

  test("a key starts its stream, shows its messages, and is done after the last", async () => {
    const { streams, server } = page();
    streams.toggle("a");
    await settled();
    assert.deepEqual(shown(streams), ["a running 0"]);
    for (let i = 1; i <= messagesOfStream; i++) server.of("a").say();
    await settled();
    assert.deepEqual(shown(streams), ["a running 10"]);
    server.of("a").finish();
    await settled();
    assert.deepEqual(shown(streams), ["a done 10"]);
  });

  test("the same key again aborts the call in the same tick, and keeps what arrived", async () => {
    const { streams, server } = page();
    streams.toggle("a");
    await settled();
    const call = server.of("a");
    call.say();
    await settled();
    streams.toggle("a");
    assert.equal(call.signal.aborted, true);
    assert.deepEqual(shown(streams), ["a cancelled 1"]);
    call.say();
    await settled();
    assert.deepEqual(shown(streams), ["a cancelled 1"], "what comes later is of a run that is over");
  });

  test("a key can be started again after every end, with a stream of its own", async () => {
    const { streams, server } = page();
    for (const end of ["cancel", "finish", "fail"] as const) {
      streams.toggle("a");
      await settled();
      assert.deepEqual(shown(streams), ["a running 0"]);
      if (end === "cancel") streams.toggle("a");
      else if (end === "finish") server.of("a").finish();
      else server.of("a").fail(new ConnectError("Failed to fetch", Code.Unknown));
      await settled();
      assert.equal(server.open().length, 0);
    }
    assert.deepEqual(shown(streams), ["a lost 0"]);
    assert.equal(server.calls.length, 3);
  });

  test("those that are on are in the order in which they were started", async () => {
    const { streams } = page();
    for (const key of "aba") streams.toggle(key);
    await settled();
    assert.deepEqual(shown(streams), ["a cancelled 0", "b running 0"]);
    streams.toggle("a");
    await settled();
    assert.deepEqual(
      streams.on.value.map(({ key }) => key),
      ["b", "a"],
    );
  });

  test("a message of the run before never reaches the next", async () => {
    const { streams, server } = page();
    streams.toggle("a");
    await settled();
    const first = server.of("a");
    first.say();
    streams.toggle("a");
    streams.toggle("a");
    await settled();
    first.say();
    await settled();
    assert.deepEqual(shown(streams), ["a running 0"]);
    assert.deepEqual(server.open(), ["a"]);
  });

  test("after 50 toggles at any pace, what is open is what is shown as on, and no key is open twice", async () => {
    const { streams, server } = page();
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (let i = 0; i < 50; i++) {
      streams.toggle("abcde"[random(5)] ?? "a");
      if (random(3) === 0) await settled();
      if (random(4) === 0) for (const key of server.open()) server.of(key).say();
    }
    await settled();
    const on = streams.on.value.map(({ key }) => key).sort();
    assert.deepEqual(server.open().sort(), on);
    assert.equal(new Set(on).size, on.length);
  });

  test("beyond the free connections keys wait in order, and are sent as others end", async () => {
    const { streams, server } = page(ownConnections(2));
    for (const key of "abcd") streams.toggle(key);
    await settled();
    assert.deepEqual(shown(streams), ["a running 0", "b running 0", "c queued 0", "d queued 0"]);
    assert.deepEqual(server.open(), ["a", "b"]);
    streams.toggle("c");
    assert.deepEqual(shown(streams)[2], "c cancelled 0");
    server.of("a").finish();
    await settled();
    assert.deepEqual(server.open(), ["b", "d"]);
    assert.deepEqual(
      server.calls.map(({ key }) => key),
      ["a", "b", "d"],
      "what was cancelled while it waited was never sent",
    );
  });

  test("what the server refuses is tried again when it said, in order; newcomers wait behind", async () => {
    const { streams, server, tell } = page();
    server.places = 1;
    for (const key of "abc") streams.toggle(key);
    await settled();
    assert.deepEqual(shown(streams), ["a running 0", "b refused 0", "c refused 0"]);
    server.of("a").say();
    streams.toggle("d");
    await settled();
    assert.deepEqual(shown(streams)[3], "d queued 0");
    mock.timers.tick(2_999);
    await settled();
    assert.equal(server.attempts, 3, "nobody asks before the time that the server named");
    mock.timers.tick(1);
    await settled();
    assert.equal(server.attempts, 4, "only the first in line asks again");
    server.of("a").finish();
    await settled();
    tell();
    await settled();
    assert.deepEqual(server.open(), ["b"], "the server says that it has a place: the first is tried at once");
    server.of("b").say();
    await settled();
    assert.deepEqual(shown(streams), ["a done 1", "b running 1", "c refused 0", "d queued 0"]);
    server.places = 9;
    mock.timers.tick(3_000);
    await settled();
    server.of("c").say();
    await settled();
    assert.deepEqual(server.open(), ["b", "c", "d"]);
  });

  test("a server that is full, for all or for this client, is not asked before its time", async () => {
    const { streams, server, activity } = page();
    server.places = 1;
    for (const key of "ab") streams.toggle(key);
    await settled();
    const limits = { maximumStreams: 2, maximumStreamsPerClient: 2 };
    for (const [all, own, attempts] of [
      [2, 1, 2],
      [1, 2, 2],
      [3, 3, 2],
      [1, 1, 3],
    ] as const) {
      activity.value = create(WatchActivityResponseSchema, { streams: all, streamsOfCaller: own, limits });
      await settled();
      assert.equal(server.attempts, attempts, `${all} of all, ${own} of this client`);
    }
    activity.value = create(WatchActivityResponseSchema, {});
    await settled();
    assert.equal(server.attempts, 3, "without its limits nothing is known of its room");
  });

  test("a refusal says whose limit it is and until when it lasts, two seconds where a proxy does not say", async () => {
    const { streams, server } = page();
    server.places = 0;
    server.refusal = () =>
      new ConnectError("full", Code.ResourceExhausted, undefined, [refusalOf(LimitScope.SERVER)]);
    streams.toggle("a");
    await settled();
    const state = streams.all.value[0]?.state.value;
    assert.ok(state?.kind === "refused" && !state.ofClient);
    mock.timers.tick(1_999);
    await settled();
    assert.equal(server.attempts, 1);
    server.refusal = full;
    mock.timers.tick(1);
    await settled();
    assert.equal(server.attempts, 2);
    const again = streams.all.value[0]?.state.value;
    assert.ok(again?.kind === "refused" && again.ofClient);
    const inMs = again.retryAt - performance.now();
    assert.ok(inMs > 2_000 && inMs <= 3_000, `${inMs} ms`);
  });

  test("a key that waited behind others is shown as waiting until the server takes it", async () => {
    const { streams, server, tell } = page();
    server.places = 1;
    for (const key of "ab") streams.toggle(key);
    await settled();
    streams.toggle("c");
    await settled();
    server.of("a").finish();
    await settled();
    tell();
    await settled();
    const arrive = server.holdRefusals();
    server.of("b").say();
    await settled();
    assert.equal(server.attempts, 4, "c is being tried");
    assert.deepEqual(shown(streams), ["a done 0", "b running 1", "c queued 0"]);
    arrive();
  });

  test("a key that is on is not started once more, nor cancelled when it is off", async () => {
    const server = new FakeServer();
    const client = {
      stream: ({ key }: { key: string }, { signal }: { signal: AbortSignal }) => server.stream(key, signal),
    } as unknown as Clients["streams"];
    let runs = 0;
    const changes: string[] = [];
    const session = startStream("a", {
      client,
      connections: undefined,
      line: createLine(),
      nextRun: () => runs++,
      onState: ({ kind }) => changes.push(kind),
    });
    session.start();
    await settled();
    assert.equal(server.attempts, 1);
    session.cancel();
    session.cancel();
    assert.deepEqual(changes, ["cancelled"]);
  });

  test("what gets its connection only after others were refused does not overtake them", async () => {
    const { streams, server, tell } = page(ownConnections(2));
    server.places = 1;
    for (const key of "abc") streams.toggle(key);
    await settled();
    assert.deepEqual(shown(streams), ["a running 0", "b refused 0", "c queued 0"]);
    assert.equal(server.attempts, 2, "c is not sent past b");
    server.of("a").finish();
    await settled();
    tell();
    await settled();
    assert.deepEqual(server.open(), ["b"]);
    server.of("b").finish();
    await settled();
    assert.deepEqual(server.open(), ["c"]);
  });

  test("what waits for the server holds no connection, and takes one only for its turn", async () => {
    const connections = ownConnections(2);
    const { streams, server, tell } = page(connections);
    server.places = 0;
    for (const key of "abc") streams.toggle(key);
    await settled();
    assert.deepEqual(shown(streams), ["a refused 0", "b refused 0", "c queued 0"]);
    const searches = [new AbortController(), new AbortController()];
    const held = searches.map(({ signal }) =>
      connections.hold(signal, () => assert.fail("a search waits for a connection that nobody uses")),
    );
    assert.deepEqual(await Promise.all(held), [true, true]);

    server.places = 9;
    tell();
    await settled();
    assert.deepEqual(server.open(), [], "there is room on the server, but no connection");
    assert.deepEqual(shown(streams)[0], "a queued 0");
    searches[0]?.abort();
    await settled();
    assert.deepEqual(server.open(), ["a"]);
    server.of("a").say();
    await settled();
    searches[1]?.abort();
    await settled();
    assert.deepEqual(server.open(), ["a", "b"]);
  });

  test("a place that becomes free while a refusal is on its way is taken when the server says so", async () => {
    const { streams, server, tell } = page();
    server.places = 1;
    streams.toggle("a");
    await settled();
    const arrive = server.holdRefusals();
    streams.toggle("b");
    await settled();
    streams.toggle("a");
    arrive();
    await settled();
    tell();
    await settled();
    assert.deepEqual(server.open(), ["b"]);
    assert.equal(server.attempts, 3);
  });

  test("what is tried again goes on waiting in words until it is taken", async () => {
    const { streams, server } = page(ownConnections(4));
    server.places = 1;
    for (const key of "ab") streams.toggle(key);
    await settled();
    const arrive = server.holdRefusals();
    mock.timers.tick(3_000);
    await settled();
    assert.equal(server.attempts, 3);
    assert.deepEqual(shown(streams)[1], "b refused 0");
    arrive();
    await settled();
    assert.deepEqual(shown(streams)[1], "b refused 0");
  });

  test("a key that waits for the server can be cancelled, and the next takes its turn", async () => {
    const { streams, server, tell } = page();
    server.places = 1;
    for (const key of "abc") streams.toggle(key);
    await settled();
    streams.toggle("b");
    assert.deepEqual(shown(streams)[1], "b cancelled 0");
    await settled();
    assert.equal(server.attempts, 3, "its end frees no place of the server's");
    server.of("a").finish();
    await settled();
    tell();
    await settled();
    assert.deepEqual(server.open(), ["c"]);
    streams.toggle("b");
    await settled();
    assert.deepEqual(shown(streams)[1], "b queued 0", "started again, it is behind");
  });

  test("a stream that falls silent for four seconds is lost, and its call is ended", async () => {
    const { streams, server } = page();
    streams.toggle("a");
    await settled();
    const call = server.of("a");
    mock.timers.tick(3_000);
    call.say();
    await settled();
    mock.timers.tick(3_999);
    await settled();
    assert.deepEqual(shown(streams), ["a running 1"]);
    mock.timers.tick(1);
    await settled();
    assert.equal(call.signal.aborted, true);
    assert.deepEqual(shown(streams), ["a lost 1"]);
  });

  test("every way to fail has a state of its own", async () => {
    const violation = create(BadRequestSchema, {
      fieldViolations: [{ field: "key", description: "Too long." }],
    });
    const ways: readonly [ConnectError, StreamState["kind"]][] = [
      [new ConnectError("leaving", Code.Unavailable, undefined, [retryInfo()]), "shutdown"],
      [new ConnectError("bad gateway", Code.Unavailable), "lost"],
      [new ConnectError("limit", Code.DeadlineExceeded), "timed-out"],
      [
        new ConnectError("key", Code.InvalidArgument, undefined, [
          { desc: BadRequestSchema, value: violation },
        ]),
        "invalid",
      ],
      [new ConnectError("defect", Code.Internal), "failed"],
      [new ConnectError("cancelled by nobody here", Code.Canceled), "lost"],
    ];
    const { streams, server } = page();
    for (const [error, kind] of ways) {
      streams.toggle("a");
      await settled();
      server.of("a").fail(error);
      await settled();
      assert.deepEqual(shown(streams), [`a ${kind} 0`]);
      const state = streams.all.value[0]?.state.value;
      if (state?.kind === "shutdown") assert.equal(state.retryAfterMs, 3_000);
      if (state?.kind === "invalid") {
        assert.deepEqual(state.violations, [{ field: "key", sentence: "Too long." }]);
      }
    }
  });

  test("all are cancelled at once, none is sent meanwhile, and what is off is forgotten", async () => {
    const { streams, server } = page(ownConnections(2));
    for (const key of "abcd") streams.toggle(key);
    await settled();
    streams.cancelAll();
    await settled();
    assert.deepEqual(server.open(), []);
    assert.equal(server.calls.length, 2);
    assert.equal(streams.on.value.length, 0);
    streams.toggle("b");
    streams.clear();
    assert.deepEqual(
      streams.all.value.map(({ key }) => key),
      ["b"],
    );
    streams.toggle("a");
    assert.deepEqual(shown(streams), ["b running 0", "a running 0"], "what was forgotten begins anew");
  });
});

interface FakeCall {
  readonly key: string;
  readonly signal: AbortSignal;
  say(): void;
  finish(): void;
  fail(error: ConnectError): void;
}

/** A server of as many places as it is given, whose streams speak when they are told to. */
class FakeServer {
  places = Number.POSITIVE_INFINITY;
  attempts = 0;
  refusal = full;
  #refusalsArrive = Promise.resolve();
  readonly calls: FakeCall[] = [];
  readonly #open = new Set<FakeCall>();

  open(): string[] {
    return [...this.#open].map(({ key }) => key);
  }

  of(key: string): FakeCall {
    const call = this.calls.findLast((call) => call.key === key);
    assert.ok(call, `there is no call of ${key}`);
    return call;
  }

  /** Keeps refusals on their way until what it answers is called. */
  holdRefusals(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#refusalsArrive = promise;
    return resolve;
  }

  async *stream(key: string, signal: AbortSignal) {
    this.attempts++;
    if (this.#open.size >= this.places) {
      await this.#refusalsArrive;
      throw this.refusal();
    }
    const queue: (() => { message: string } | undefined)[] = [];
    let wake = () => {};
    let said = 0;
    const put = (what: () => { message: string } | undefined): void => {
      queue.push(what);
      wake();
    };
    const call: FakeCall = {
      key,
      signal,
      say: () => put(() => ({ message: `key: ${key}, progress: ${"+".repeat(++said)}` })),
      finish: () => put(() => undefined),
      fail: (error) =>
        put(() => {
          throw error;
        }),
    };
    this.calls.push(call);
    this.#open.add(call);
    signal.addEventListener("abort", () => {
      this.#open.delete(call);
      wake();
    });
    try {
      for (;;) {
        if (signal.aborted) throw new ConnectError("aborted", Code.Canceled);
        const next = queue.shift();
        if (next === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const message = next();
        if (message === undefined) return;
        yield message;
      }
    } finally {
      this.#open.delete(call);
    }
  }
}

const pages: Streams[] = [];

function page(connections?: Connections) {
  const server = new FakeServer();
  const client = {
    stream: ({ key }: { key: string }, { signal }: { signal: AbortSignal }) => server.stream(key, signal),
  } as unknown as Clients["streams"];
  const activity = signal<WatchActivityResponse | undefined>(undefined);
  const streams = createStreams({ client, connections, activity }, () => {});
  pages.push(streams);
  /** The server says how many streams it has. */
  const tell = (): void => {
    activity.value = create(WatchActivityResponseSchema, {
      streams: server.open().length,
      limits: { maximumStreams: Number.isFinite(server.places) ? server.places : 0 },
    });
  };
  return { server, streams, tell, activity };
}

function shown({ all }: ReturnType<typeof createStreams>): string[] {
  return all.value.map(
    ({ state }) => `${state.value.key} ${state.value.kind} ${state.value.messages.length}`,
  );
}

function full(): ConnectError {
  return new ConnectError("full", Code.ResourceExhausted, undefined, [
    retryInfo(),
    refusalOf(LimitScope.CLIENT),
  ]);
}

function refusalOf(scope: LimitScope) {
  return { desc: RefusalSchema, value: create(RefusalSchema, { scope }) };
}

function retryInfo() {
  return { desc: RetryInfoSchema, value: create(RetryInfoSchema, { retryDelay: { seconds: 3n } }) };
}

/** All that can happen without the clock has happened. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
