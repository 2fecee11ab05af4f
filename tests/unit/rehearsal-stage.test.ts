import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type ServiceImpl,
} from "@connectrpc/connect";
import { RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import {
  type CountRequest,
  EventKind,
  Labour,
  LabService,
  Manners,
  type RehearseRequest,
  Scenario,
  type WorkRequest,
} from "../../proto/gen/hash_name/v1/lab_pb.ts";
import type { StageEvent } from "../../web/src/rehearsal/event.ts";
import { createStage } from "../../web/src/rehearsal/stage.ts";
import type { Connections } from "../../web/src/session/connections.ts";
import { kindName } from "../support/lab.ts";
import { until } from "../support/until.ts";

const rehearsalId = "123e4567-e89b-42d3-a456-426614174000";

/** A stage before a lab that notes what it is asked. Its work is refused where the call is named so. */
function made({ connections }: { readonly connections?: Connections } = {}) {
  const asked: { work: WorkRequest[]; count: CountRequest[]; played: RehearseRequest[] } = {
    work: [],
    count: [],
    played: [],
  };
  const timeouts: (number | undefined)[] = [];
  const life = new AbortController();
  const events: StageEvent[] = [];
  const serverEvents: string[] = [];
  const sent = { messages: 0, left: 0 };
  const lab: Partial<ServiceImpl<typeof LabService>> = {
    work(request, context) {
      asked.work.push(request);
      timeouts.push(context.timeoutMs());
      if (request.call !== "refused") return {};
      const value = create(RetryInfoSchema, { retryDelay: { seconds: 2n } });
      throw new ConnectError("leaving", Code.Unavailable, undefined, [{ desc: RetryInfoSchema, value }]);
    },
    async *count(request, { signal }) {
      asked.count.push(request);
      signal.addEventListener("abort", () => sent.left++);
      for (let number = 1n; number <= request.messages; number++) {
        sent.messages++;
        yield { number };
      }
    },
    async *rehearse(request, { signal }) {
      asked.played.push(request);
      yield { event: { place: "caller", call: "work", kind: EventKind.CALL_MADE } };
      yield {};
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  };
  const transport = createRouterTransport(({ service }) => service(LabService, lab));
  let now = 0;
  const stage = createStage({
    rehearsalId,
    lab: createClient(LabService, transport),
    clients: {} as Parameters<typeof createStage>[0]["clients"],
    signal: life.signal,
    connections,
    now: () => now++,
    until: async () => {},
    pass: async () => {},
    onEvent: (event) => events.push(event),
    onServerEvent: ({ call, kind }) => serverEvents.push(`${call} ${kindName(kind)}`),
    onWait: () => {},
  });
  return { stage, asked, timeouts, life, events, serverEvents, sent };
}

function kindsOf(events: readonly StageEvent[]): readonly string[] {
  return events.map(({ place, call, kind, code }) => [place, call, kind, code].join(" ").trim());
}

test("work is asked for with what it is told to be, and without a deadline has none", async () => {
  const { stage, asked, timeouts, events } = made();
  await stage.work("a", { timeMs: 2_500 }).ended;
  await stage.work("b", {
    timeMs: 250,
    ignores: true,
    computes: true,
    serversBehind: 2,
    propagates: true,
    deadlineMs: 3_000,
  }).ended;
  const [plain, all] = asked.work;
  assert.partialDeepStrictEqual(plain, {
    rehearsalId,
    call: "a",
    time: { seconds: 2n, nanos: 500_000_000 },
    manners: Manners.CHECKS,
    labour: Labour.SLEEPS,
    serversBehind: 0,
    propagates: false,
  });
  assert.partialDeepStrictEqual(all, {
    time: { seconds: 0n, nanos: 250_000_000 },
    manners: Manners.IGNORES,
    labour: Labour.COMPUTES,
    serversBehind: 2,
    propagates: true,
  });
  const [none, some = Number.NaN] = timeouts;
  assert.equal(none, undefined);
  assert.ok(some > 2_000 && some <= 3_000);
  assert.deepEqual(kindsOf(events.filter(({ call }) => call === "a")), [
    "page a CALL_MADE",
    "page a FIRST_MESSAGE",
    "page a CALL_ENDED 0",
  ]);
});

test("the end of a refused call has its code, its words, and its details where there are any", async () => {
  const { stage, events } = made();
  await stage.work("refused", { timeMs: 0 }).ended;
  await stage.work("fine", { timeMs: 0 }).ended;
  const stopped = stage.work("stopped", { timeMs: 0 });
  stopped.abort("enough");
  await stopped.ended;
  const ends = events.filter(({ kind }) => kind === "CALL_ENDED").map(({ at: _, ...end }) => end);
  const base = { place: "page", kind: "CALL_ENDED" };
  assert.deepEqual(ends, [
    { ...base, call: "refused", code: 14, words: "leaving", details: "RetryInfo { retry_delay: 2000 ms }" },
    { ...base, call: "fine", code: 0, words: "" },
    { ...base, call: "stopped", code: 1, words: "enough" },
  ]);
});

test("an abort is told with its reason, and without one has no words", async () => {
  const { stage, events } = made();
  const calls = [stage.count("a", { messages: 9 }), stage.count("b", { messages: 9 })];
  calls[0]?.abort();
  calls[1]?.abort("coffee break");
  await Promise.all(calls.map(({ ended }) => ended));
  const aborts = events.filter(({ kind }) => kind === "CALL_ABORTED");
  assert.deepEqual(
    aborts.map((event) => ["words" in event, event.words]),
    [
      [false, undefined],
      [true, "coffee break"],
    ],
  );
});

test("a stream is asked for as told, in peace where nothing is said, and tells its first message once", async () => {
  const { stage, asked, events } = made();
  await stage.count("a", { messages: 3 }).ended;
  await stage.count("b", { messages: 1, intervalMs: 1_000, messageBytes: 16 }).ended;
  assert.partialDeepStrictEqual(asked.count, [
    {
      rehearsalId,
      call: "a",
      messages: 3,
      interval: { seconds: 0n, nanos: 0 },
      messageBytes: 0,
      manners: Manners.CHECKS,
    },
    { interval: { seconds: 1n, nanos: 0 }, messageBytes: 16 },
  ]);
  assert.deepEqual(kindsOf(events.filter(({ call }) => call === "a")), [
    "page a CALL_MADE",
    "page a FIRST_MESSAGE",
    "page a CALL_ENDED 0",
  ]);
});

test("a reader that pauses takes no more until it goes on", async () => {
  const { stage, events, sent } = made();
  const call = stage.count("a", { messages: 1_000 });
  call.pause();
  await until(() => sent.messages > 0);
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
  const whilePaused = sent.messages;
  assert.ok(whilePaused < 1_000, `${whilePaused} were taken`);
  call.goOn();
  // Who goes on without having paused does no harm.
  call.goOn();
  await call.ended;
  assert.equal(sent.messages, 1_000);
  assert.deepEqual(kindsOf(events), [
    "page a READER_PAUSES",
    "page a CALL_MADE",
    "page a FIRST_MESSAGE",
    "page a READER_GOES_ON",
    "page a READER_GOES_ON",
    "page a CALL_ENDED 0",
  ]);
});

for (const how of ["its own signal", "the run"] as const) {
  test(`a reader that pauses ends with ${how}, and its call with it`, async () => {
    const { stage, events, life, sent } = made();
    const call = stage.count("a", { messages: 1_000 });
    call.pause();
    await until(() => events.some(({ kind }) => kind === "FIRST_MESSAGE"));
    if (how === "the run") life.abort();
    else call.abort();
    await call.ended;
    assert.equal(events.at(-1)?.code, Code.Canceled);
    await until(() => sent.left === 1);
  });
}

test("a scenario that the server plays tells what it tells, and ends with the run", async () => {
  const { stage, asked, serverEvents, life } = made();
  const played = stage.rehearse(Scenario.SHUTDOWN, true);
  await until(() => serverEvents.length > 0);
  life.abort();
  await assert.rejects(played);
  assert.partialDeepStrictEqual(asked.played, [{ rehearsalId, scenario: Scenario.SHUTDOWN, pings: true }]);
  assert.deepEqual(serverEvents, ["work CALL_MADE"]);
});

test("a call holds a connection until it has ended, and a short one needs none", async () => {
  const signals: AbortSignal[] = [];
  const connections: Connections = {
    async hold(signal) {
      signals.push(signal);
      return true;
    },
  };
  const { stage } = made({ connections });
  await stage.carry("short", async () => {}, { isShort: true }).ended;
  assert.equal(signals.length, 0);
  const talking = Promise.withResolvers<void>();
  const call = stage.carry("long", () => talking.promise);
  await until(() => signals.length === 1);
  assert.equal(signals[0]?.aborted, false);
  talking.resolve();
  await call.ended;
  assert.equal(signals[0]?.aborted, true);
});
