import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import {
  CountRequestSchema,
  EventKind,
  Labour,
  Manners,
  WorkRequestSchema,
} from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { Refused } from "../../server/calls/refusal.ts";
import { Engine } from "../../server/engine/engine.ts";
import { Counting } from "../../server/lab/counting.ts";
import { type LabEvent, type Tell, wordsOf } from "../../server/lab/events.ts";
import { Handling } from "../../server/lab/handling.ts";
import { deadline, madeCall } from "../../server/lab/made-call.ts";
import { placesWithLine } from "../../server/lab/places.ts";
import { Rehearsal } from "../../server/lab/rehearsal.ts";
import { work } from "../../server/lab/work.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { kindName } from "../support/lab.ts";
import { type QuickClock, quickClock } from "../support/quick-clock.ts";

const { CHECKS, IGNORES } = Manners;
const gone = new ConnectError("gone", Code.Canceled);

interface Scene {
  readonly rehearsal: Rehearsal;
  readonly handling: Handling;
  readonly caller: AbortController;
  readonly clock: QuickClock;
  /** What has been told so far: milliseconds since the call came in, rounded to tens, the kind, its code, how much is done. */
  told(): Promise<readonly string[]>;
}

/** A call that is in, of a rehearsal that is open, on a clock of the test's. */
function scene(t: TestContext, leftMs: number | undefined = undefined): Scene {
  // No sockets are waited for.
  const clock = quickClock(t, { timesAsFast: 10_000, longestStepMs: 2 });
  const rehearsal = new Rehearsal("id", "client", { timeMs: 60_000, calls: 9, unread: 99 });
  const caller = new AbortController();
  const handling = new Handling(rehearsal, {
    place: "server 1",
    call: "a",
    signal: caller.signal,
    leftMs: () => leftMs,
  });
  return {
    rehearsal,
    handling,
    caller,
    clock,
    async told() {
      handling.end();
      rehearsal.end("done");
      const events = await Array.fromAsync(rehearsal.events.read());
      const startMs = events[0]?.atMs ?? 0;
      // Without the end of its handler, which this one has told itself.
      return events.slice(0, -1).map((event) => written(event, startMs));
    },
  };
}

function written({ atMs, kind, code, done }: LabEvent, startMs: number): string {
  const at = Math.round((atMs - startMs) / 10) * 10;
  const more = [code === undefined ? [] : `code ${code}`, done === undefined ? [] : `done ${done}`].flat();
  return [at, kindName(kind), ...more].join(" ");
}

describe("a call as its handler sees it", () => {
  test("tells that it is in with its deadline, why it is aborted, and how it ends", async () => {
    const rehearsal = new Rehearsal("id", "client", { timeMs: 60_000, calls: 9, unread: 99 });
    const caller = new AbortController();
    const incoming = { place: "server 2", call: "a", signal: caller.signal, leftMs: () => 700 };
    const handling = new Handling(rehearsal, incoming);
    caller.abort(new ConnectError("too late", Code.DeadlineExceeded));
    handling.end(caller.signal.reason);
    rehearsal.end("done");
    const events = await Array.fromAsync(rehearsal.events.read(), ({ atMs: _, ...event }) => event);
    const of = { place: "server 2", call: "a" };
    assert.deepEqual(events, [
      { ...of, kind: EventKind.CALL_IN, deadlineMs: 700 },
      { ...of, kind: EventKind.CANCEL_SEEN, code: 4, words: "too late" },
      { ...of, kind: EventKind.CODE_SENT, code: 4, words: "too late" },
    ]);
    const report = await rehearsal.released;
    assert.partialDeepStrictEqual(report, { client: "client", cause: "done", calls: 1, events: 3 });
    assert.ok(report.elapsedMs < 1_000 && report.releasedAfterMs < 1_000);
  });

  test("hears of no abort any more once it has ended", async (t) => {
    const { handling, caller, told } = scene(t);
    handling.end();
    caller.abort(gone);
    assert.deepEqual(await told(), ["0 CALL_IN", "0 CODE_SENT code 0"]);
  });

  test("ends with the code of its error, with its abort's, or with INTERNAL for what is unknown", async (t) => {
    const { handling, caller, told } = scene(t);
    handling.end(new ConnectError("no", Code.NotFound));
    handling.end(new Error("defect"));
    caller.abort(new Error("left"));
    handling.end(new Error("defect"));
    handling.end(caller.signal.reason);
    assert.deepEqual(await told(), [
      "0 CALL_IN",
      "0 CODE_SENT code 5",
      "0 CODE_SENT code 13",
      "0 CODE_SENT code 13",
      "0 CODE_SENT code 1",
    ]);
  });

  test("aborts with its caller or with its rehearsal", (t) => {
    const one = scene(t);
    const { until } = one.handling;
    one.caller.abort(gone);
    assert.equal(until.reason, gone);
    one.rehearsal.end("left");
    const other = new Rehearsal("id", "client", { timeMs: 60_000, calls: 9, unread: 99 });
    const signal = new AbortController().signal;
    const handling = new Handling(other, { place: "server 1", call: "a", signal, leftMs: () => undefined });
    other.end("left");
    assert.equal(handling.until.reason, other.signal.reason);
    assert.throws(
      () => new Handling(other, { place: "server 1", call: "b", signal, leftMs: () => undefined }),
      /is over/,
    );
  });
});

describe("work", () => {
  const request = (manners: Manners, labour: Labour = Labour.SLEEPS) =>
    create(WorkRequestSchema, { time: { seconds: 1n, nanos: 0 }, manners, labour });
  const engine = new Engine(new FakeWorkers(1));

  test("that nothing happens to is done in its time", async (t) => {
    const { handling, clock, told } = scene(t);
    const done = await clock.during(work(request(CHECKS), handling, engine));
    assert.ok(done >= 1_000 && done < 1_010);
    assert.deepEqual(await told(), ["0 CALL_IN", "0 WORK_BEGUN", `1000 WORK_ENDED done ${done}`]);
  });

  test("ends with its caller where its handler looks", async (t) => {
    const { handling, clock, caller, told } = scene(t);
    setTimeout(() => caller.abort(gone), 300);
    await assert.rejects(clock.during(work(request(CHECKS), handling, engine)), gone);
    const lines = await told();
    assert.deepEqual(lines.slice(0, 3), ["0 CALL_IN", "0 WORK_BEGUN", "300 CANCEL_SEEN code 1"]);
    assert.match(lines[3] ?? "", /^300 WORK_ENDED done 30\d$/);
    assert.equal(lines.length, 4);
  });

  test("goes on to its end where its handler never looks, and says so four times a second", async (t) => {
    const { handling, clock, caller, told } = scene(t);
    setTimeout(() => caller.abort(gone), 300);
    const done = await clock.during(work(request(IGNORES), handling, engine));
    assert.ok(done >= 1_000);
    const lines = await told();
    assert.deepEqual(
      lines.map((line) => line.replace(/ done .*/, "")),
      [
        "0 CALL_IN",
        "0 WORK_BEGUN",
        "300 CANCEL_SEEN code 1",
        "550 WORK_GOES_ON",
        "800 WORK_GOES_ON",
        "1000 WORK_ENDED",
      ],
    );
  });

  test("ends with its rehearsal, whether its handler looks or not", async (t) => {
    const { handling, clock, rehearsal } = scene(t);
    setTimeout(() => rehearsal.end("left"), 300);
    const before = performance.now();
    await assert.rejects(clock.during(work(request(IGNORES), handling, engine)), /rehearsal is over/);
    assert.ok(performance.now() - before < 400);
    handling.end();
  });

  test("that computes takes a worker, and gives it back", async (t) => {
    const { handling, clock, caller } = scene(t);
    const workers = new FakeWorkers(1);
    const computed = work(request(CHECKS, Labour.COMPUTES), handling, new Engine(workers));
    await clock.during(new Promise<void>((resolve) => setTimeout(resolve, 20)));
    assert.equal(workers.busy, 1);
    caller.abort(gone);
    await clock.during(new Promise<void>((resolve) => setTimeout(resolve, 20)));
    workers.slices[0]?.finish(3);
    await assert.rejects(clock.during(computed), gone);
    assert.equal(workers.busy, 0);
  });
});

describe("a count", () => {
  const request = (messages: number, intervalMs: number, manners: Manners = CHECKS) =>
    create(CountRequestSchema, {
      messages,
      interval: { seconds: 0n, nanos: intervalMs * 1e6 },
      messageBytes: 3,
      manners,
    });

  test("gives its messages in its time, the first at once, and then has ended", async (t) => {
    const { handling, clock, told } = scene(t);
    const counting = new Counting(request(3, 100), handling);
    const numbers: string[] = [];
    const start = performance.now();
    await clock.during(
      (async () => {
        for await (const { number, padding } of counting.messages())
          numbers.push(`${number} ${padding.length} ${Math.round((performance.now() - start) / 50) * 50}`);
      })(),
    );
    assert.deepEqual(numbers, ["1 3 0", "2 3 100", "3 3 200"]);
    assert.equal(counting.done, 3);
    assert.deepEqual(await told(), [
      "0 CALL_IN",
      "0 WORK_BEGUN",
      "200 WORK_ENDED done 3",
      "200 CODE_SENT code 0",
    ]);
  });

  test("without an interval goes as fast as it is read, and none is none", async (t) => {
    const { handling, told } = scene(t);
    const read = await Array.fromAsync(new Counting(request(5, 0), handling).messages());
    assert.equal(read.length, 5);
    assert.deepEqual(await Array.fromAsync(new Counting(request(0, 0), handling).messages()), []);
    const lines = await told();
    assert.ok(lines.includes("0 WORK_ENDED done 5") && lines.includes("0 WORK_ENDED done 0"));
  });

  test("tells of a reader that pauses, since when, and that it goes on; of short pauses nothing", async (t) => {
    const { handling, clock, told } = scene(t);
    const messages = new Counting(request(9, 0), handling).messages();
    const passes = (ms: number) => clock.during(new Promise<void>((resolve) => setTimeout(resolve, ms)));
    await messages.next();
    await passes(20);
    await messages.next();
    await passes(200);
    await messages.next();
    const lines = await told();
    assert.deepEqual(
      lines.map((line) => line.replace(/^2[234]0/, "220").replace(/^[234]0/, "20")),
      ["0 CALL_IN", "0 WORK_BEGUN", "20 WAITS_FOR_READER done 2", "220 GOES_ON done 2"],
    );
  });

  test("ends with its caller where its handler looks, also while nobody reads", async (t) => {
    const { handling, clock, caller, told } = scene(t);
    const counting = new Counting(request(9, 0), handling);
    const messages = counting.messages();
    await messages.next();
    // Not read any more: the generator never resumes, and the signal alone must do.
    caller.abort(gone);
    await clock.during(new Promise<void>((resolve) => setTimeout(resolve, 200)));
    assert.deepEqual(await told(), [
      "0 CALL_IN",
      "0 WORK_BEGUN",
      "0 CANCEL_SEEN code 1",
      "0 WORK_ENDED done 1",
      "0 CODE_SENT code 1",
    ]);
  });

  test("throws its caller's reason between two messages, and before the next", async (t) => {
    for (const intervalMs of [0, 500]) {
      const { handling, caller, rehearsal } = scene(t);
      const messages = new Counting(request(9, intervalMs), handling).messages();
      await messages.next();
      const next = intervalMs > 0 ? messages.next() : undefined;
      caller.abort(gone);
      await assert.rejects(next ?? messages.next(), gone);
      rehearsal.end("done");
      t.mock.reset();
      t.mock.timers.reset();
    }
  });

  test("goes on for nobody where its handler never looks, to its last message", async (t) => {
    const { handling, clock, caller, told } = scene(t);
    const counting = new Counting(request(5, 100, IGNORES), handling);
    const messages = counting.messages();
    await messages.next();
    caller.abort(gone);
    await clock.during(new Promise<void>((resolve) => setTimeout(resolve, 600)));
    assert.equal(counting.done, 5);
    const lines = await told();
    assert.deepEqual(
      lines.map((line) => line.replace(/^(\d+)\d /, "$1_ ")),
      [
        "0 CALL_IN",
        "0 WORK_BEGUN",
        "0 CANCEL_SEEN code 1",
        "25_ WORK_GOES_ON done 3",
        "40_ WORK_ENDED done 5",
        "40_ CODE_SENT code 0",
      ],
    );
  });

  test("that goes on for nobody ends after 10 s, or with its rehearsal", async (t) => {
    const { handling, clock, caller, rehearsal } = scene(t);
    const endless = new Counting(request(100_000, 1_000, IGNORES), handling);
    await endless.messages().next();
    caller.abort(gone);
    await clock.during(new Promise<void>((resolve) => setTimeout(resolve, 12_500)));
    assert.equal(endless.done, 11);
    const other = new Counting(request(100_000, 1_000, IGNORES), handling);
    await clock.during(new Promise<void>((resolve) => setTimeout(resolve, 1_500)));
    rehearsal.end("done");
    const { done } = other;
    assert.ok(done <= 2);
    await clock.during(new Promise<void>((resolve) => setTimeout(resolve, 3_000)));
    assert.equal(other.done, done);
  });
});

describe("a call that a server makes", () => {
  function teller(): { readonly tell: Tell; readonly lines: string[]; readonly details: unknown[] } {
    const lines: string[] = [];
    const details: unknown[] = [];
    return {
      lines,
      details,
      tell(kind, facts = {}) {
        const { code, words, deadlineMs } = facts;
        lines.push([kindName(kind), code ?? [], words ?? [], deadlineMs ?? []].flat().join(" "));
        if ("details" in facts) details.push(facts.details);
      },
    };
  }

  test("is told with its deadline, its first message once, and its end", async () => {
    const { tell, lines } = teller();
    const { signal } = new AbortController();
    const answer = await madeCall(tell, { signal, timeoutMs: 70.9 }, async (options, onMessage) => {
      assert.deepEqual(options, { signal, timeoutMs: 70 });
      onMessage();
      onMessage();
      return "answer";
    });
    assert.equal(answer, "answer");
    assert.deepEqual(lines, ["CALL_MADE 70.9", "FIRST_MESSAGE", "CALL_ENDED 0"]);
  });

  test("is told with why it was aborted, and not after its end", async () => {
    const { tell, lines } = teller();
    const caller = new AbortController();
    const made = madeCall(tell, { signal: caller.signal }, async ({ signal }) => {
      caller.abort(new Error("enough"));
      throw signal?.reason;
    });
    await assert.rejects(made, /enough/);
    const late = new AbortController();
    await madeCall(tell, { signal: late.signal }, async () => {});
    late.abort();
    assert.deepEqual(lines, [
      "CALL_MADE",
      "CALL_ABORTED enough",
      "CALL_ENDED 2 enough",
      "CALL_MADE",
      "CALL_ENDED 0",
    ]);
  });

  test("is told with the details that came, and with none that were made here", async () => {
    const { tell, details } = teller();
    const { signal } = new AbortController();
    const wire = { type: "google.rpc.RetryInfo", value: new Uint8Array([1]) };
    const value = create(RetryInfoSchema, {});
    const error = new ConnectError("no", Code.Unavailable, undefined, [{ desc: RetryInfoSchema, value }]);
    const fail = async () => {
      throw error;
    };
    await assert.rejects(madeCall(tell, { signal }, fail));
    assert.deepEqual(details, []);
    error.details.push(wire);
    await assert.rejects(madeCall(tell, { signal }, fail));
    assert.deepEqual(details, [[wire]]);
  });

  test("has a whole deadline of a millisecond at least, and where there is none has none", () => {
    assert.deepEqual([undefined, -3, 0.4, 1.9, 800].map(deadline), [
      {},
      { timeoutMs: 1 },
      { timeoutMs: 1 },
      { timeoutMs: 1 },
      { timeoutMs: 800 },
    ]);
  });

  test("says what was said: the words of an error without its code, and of anything else as text", () => {
    assert.deepEqual([gone, new Error("plain"), "text", undefined].map(wordsOf), [
      "gone",
      "plain",
      "text",
      "undefined",
    ]);
  });
});

describe("ten places", () => {
  const signals = (count: number) => Array.from({ length: count }, () => new AbortController());

  test("without a line refuse the eleventh with the limit, until one of the ten has ended", async () => {
    const admit = placesWithLine(0);
    const ten = signals(10);
    for (const { signal } of ten) await admit(signal);
    const eleventh = new AbortController().signal;
    await assert.rejects(admit(eleventh), (error) => {
      assert.ok(error instanceof Refused);
      assert.partialDeepStrictEqual(error.refusal, { why: "server full", of: "streams", limit: 10 });
      return true;
    });
    ten[3]?.abort();
    await admit(eleventh);
  });

  test("with a line let the eleventh wait for its turn, or until its own end", async () => {
    const admit = placesWithLine(2);
    const ten = signals(10);
    for (const { signal } of ten) await admit(signal);
    let isIn = false;
    const [impatient, patient] = signals(2);
    assert.ok(impatient && patient);
    const leaving = admit(impatient.signal);
    const waiting = admit(patient.signal).then(() => {
      isIn = true;
    });
    await assert.rejects(admit(new AbortController().signal), Refused);
    impatient.abort(gone);
    await assert.rejects(leaving, gone);
    assert.equal(isIn, false);
    ten[0]?.abort();
    await waiting;
    await assert.rejects(admit(AbortSignal.abort(gone)), gone);
  });
});

describe("a rehearsal", () => {
  test("has so much of its time left as it has not been open, and none when it is over", (t) => {
    const { rehearsal, handling } = scene(t);
    assert.equal(rehearsal.remainingMs, 60_000);
    t.mock.method(performance, "now", () => 31_000);
    assert.equal(rehearsal.remainingMs, 30_000);
    t.mock.method(performance, "now", () => 100_000);
    assert.equal(rehearsal.remainingMs, 0);
    handling.end();
    rehearsal.end("done");
  });

  test("tells nothing of calls that are muted, and all of others", async (t) => {
    const { rehearsal, told } = scene(t);
    rehearsal.mute("one of ten");
    rehearsal.teller("server 1", "one of ten")(EventKind.CALL_IN);
    rehearsal.teller("server 1", "eleventh")(EventKind.CODE_SENT, { code: 0 });
    assert.deepEqual(await told(), ["0 CALL_IN", "0 CODE_SENT code 0"]);
  });

  test("counts the calls of all its servers, and how long it lasted and its release took", async (t) => {
    const { rehearsal, handling, clock } = scene(t);
    for (const place of ["server 2", "server 2", "server 3"]) rehearsal.enter(place);
    const passes = (ms: number) => clock.during(new Promise<void>((resolve) => setTimeout(resolve, ms)));
    await passes(500);
    rehearsal.end("left");
    await passes(100);
    handling.end();
    const report = await rehearsal.released;
    assert.equal(report.calls, 4);
    assert.ok(report.elapsedMs >= 500 && report.elapsedMs < 530, String(report.elapsedMs));
    assert.ok(report.releasedAfterMs >= 100 && report.releasedAfterMs < 130, String(report.releasedAfterMs));
  });
});
