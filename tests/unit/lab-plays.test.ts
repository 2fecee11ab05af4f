import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import { Labour, Manners, Scenario, WorkRequestSchema } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import { Engine } from "../../server/engine/engine.ts";
import type { LabEvent } from "../../server/lab/events.ts";
import { Handling } from "../../server/lab/handling.ts";
import { carryOut, type Lab } from "../../server/lab/lab.ts";
import { play } from "../../server/lab/play.ts";
import type { Rehearsal } from "../../server/lab/rehearsal.ts";
import { type LabOptions, labOf } from "../../server/lab-servers.ts";
import { FakeWorkers } from "../support/fake-workers.ts";
import { kindName } from "../support/lab.ts";
import { type QuickClock, quickClock } from "../support/quick-clock.ts";

const id = "123e4567-e89b-42d3-a456-426614174000";
const quiet = () => {};
const log = { info: quiet, debug: quiet, warn: quiet, error: quiet } as unknown;
const telemetry = { log, rehearsalEnded: quiet } as LabOptions["telemetry"];

interface Run {
  readonly lab: Lab;
  readonly rehearsal: Rehearsal;
  readonly clock: QuickClock;
}

/** What is told of what runs in a rehearsal of this process, of which nothing is left. */
async function told(t: TestContext, run: (run: Run) => Promise<unknown>): Promise<readonly LabEvent[]> {
  const clock = quickClock(t, { timesAsFast: 20, longestStepMs: 10 });
  const engine = new Engine(new FakeWorkers(1));
  const lab = labOf({ engine, serverInstance: "a", telemetry });
  const rehearsal = lab.rehearsals.open(id, "client");
  const events = Array.fromAsync(rehearsal.events.read());
  await clock.during(run({ lab, rehearsal, clock }));
  rehearsal.end("done");
  await clock.during(rehearsal.released);
  await clock.during(engine.close());
  return await events;
}

async function played(t: TestContext, scenario: Scenario, pings = false): Promise<readonly LabEvent[]> {
  return await told(t, ({ lab, rehearsal }) => play({ scenario, pings }, rehearsal, lab.serve));
}

/**
 * By place and call: what was told, with its code, and the half second in which it was,
 * counted from the first event. A busy machine is late. Tries to connect are one event.
 */
function lanesOf(events: readonly LabEvent[]): Readonly<Record<string, readonly string[]>> {
  const lanes: Record<string, string[]> = {};
  const startMs = events[0]?.atMs ?? 0;
  for (const { atMs, place, call, kind, code } of events) {
    const lane = `${place} ${call}`.trim();
    lanes[lane] ??= [];
    const isLost = call === "count" && place === "server 1" && (code === 1 || code === 13);
    const at = Math.floor((atMs - startMs) / 500) / 2;
    const line = [at, kindName(kind), isLost ? lost : code].join(" ").trim();
    const isAgain = kindName(kind) === "CONNECTION_CHANGED" && lanes[lane].at(-1)?.endsWith(kindName(kind));
    if (!isAgain || place === "proxy") lanes[lane].push(line);
  }
  return lanes;
}

const begun = {
  "server 1": ["0 SERVER_LISTENS"],
  proxy: (...at: readonly number[]) => at.map((time) => `${time} CONNECTION_CHANGED`),
  caller: ["0 CALL_MADE", "0 FIRST_MESSAGE"],
  handler: ["0 CALL_IN", "0 WORK_BEGUN"],
};
/** Which of two codes a handler has of a broken connection is chance: whether something was on its way. */
const lost = "1 or 13";
const ended = (at: number, code: number | typeof lost) => [
  `${at} CANCEL_SEEN ${code}`,
  `${at} WORK_ENDED`,
  `${at} CODE_SENT ${code}`,
];

describe("a connection under a call", () => {
  for (const [how, scenario, code] of [
    ["closed", Scenario.CONNECTION_CLOSED, 1],
    ["reset", Scenario.CONNECTION_RESET, 10],
  ] as const) {
    test(`that is ${how} is noticed by both sides at once`, async (t) => {
      const events = await played(t, scenario);
      assert.deepEqual(lanesOf(events), {
        "server 1": begun["server 1"],
        "caller count": [...begun.caller, `0 CALL_ENDED ${code}`],
        "server 1 count": [...begun.handler, ...ended(0, lost)],
        "proxy count": begun.proxy(0),
      });
      assert.equal(wordsOf(events, "proxy"), how);
    });
  }

  test("that is frozen is noticed by neither, and closed after 8 s", async (t) => {
    const events = await played(t, Scenario.CONNECTION_FROZEN);
    assert.deepEqual(lanesOf(events), {
      "server 1": begun["server 1"],
      "caller count": [...begun.caller, "8 NOT_NOTICED", "8 CALL_ENDED 1"],
      "server 1 count": [...begun.handler, "8 NOT_NOTICED", ...ended(8, lost)],
      "proxy count": begun.proxy(0, 8),
    });
    assert.equal(wordsOf(events, "proxy"), "frozen, closed by the rehearsal");
    assert.deepEqual(
      events.filter(({ kind }) => kindName(kind) === "NOT_NOTICED").map(({ words }) => words),
      ["8 s", "8 s"],
    );
    // It went on sending, into buffers: a message every 200 ms.
    const { done = 0 } = events.find(({ done }) => done !== undefined) ?? {};
    assert.ok(done >= 38 && done <= 42, `${done} messages`);
  });

  test("of which the caller's half is gone is noticed by the caller alone", async (t) => {
    const events = await played(t, Scenario.CONNECTION_HALF_OPEN);
    assert.deepEqual(lanesOf(events), {
      "server 1": begun["server 1"],
      "caller count": [...begun.caller, "0 CALL_ENDED 1"],
      "server 1 count": [...begun.handler, "8 NOT_NOTICED", ...ended(8, lost)],
      "proxy count": begun.proxy(0, 8),
    });
    assert.equal(wordsOf(events, "proxy"), "half open, closed by the rehearsal");
  });

  for (const [how, scenario] of [
    ["frozen", Scenario.CONNECTION_FROZEN],
    ["half open", Scenario.CONNECTION_HALF_OPEN],
  ] as const) {
    test(`that is ${how} is found out by PING, every half second, on both sides`, async (t) => {
      const events = await played(t, scenario, true);
      const lanes = lanesOf(events);
      assert.deepEqual(lanes["proxy count"], begun.proxy(0));
      const [, , seen = "", ...rest] = lanes["server 1 count"] ?? [];
      assert.match(seen, /^1 CANCEL_SEEN 1 or 13$/);
      assert.equal(rest.length, 2);
      const end = lanes["caller count"]?.at(-1) ?? "";
      assert.match(end, how === "frozen" ? /^1 CALL_ENDED 14$/ : /^0 CALL_ENDED 1$/);
    });
  }
});

describe("a server that is not there, or leaves", () => {
  test("is found by a call that waits for it, and by no other", async (t) => {
    const events = await played(t, Scenario.WAIT_FOR_READY);
    const listensMs = events.find(({ kind }) => kindName(kind) === "SERVER_LISTENS")?.atMs ?? 0;
    const startMs = events[0]?.atMs ?? 0;
    assert.ok(listensMs - startMs >= 1_500 && listensMs - startMs < 2_000);
    const lanes = lanesOf(events);
    assert.deepEqual(lanes["caller does not wait"], ["0 CALL_MADE", "0 CALL_ENDED 14"]);
    assert.deepEqual(lanes["caller waits too short"], [
      "0 CALL_MADE",
      "0 CONNECTION_CHANGED",
      "0.5 CALL_ENDED 4",
    ]);
    const withoutTimes = (lane: string) => lanes[lane]?.map((line) => line.replace(/^\S+ /, ""));
    assert.deepEqual(withoutTimes("caller waits"), [
      "CALL_MADE",
      "CONNECTION_CHANGED",
      "FIRST_MESSAGE",
      "CALL_ENDED 0",
    ]);
    assert.deepEqual(withoutTimes("server 1 waits"), ["CALL_IN", "WORK_BEGUN", "WORK_ENDED", "CODE_SENT 0"]);
    const tries = events.filter(
      ({ call, kind }) => call === "waits" && kindName(kind) === "CONNECTION_CHANGED",
    );
    assert.ok(tries.length >= 3 && tries.length <= 8, `${tries.length} tries`);
    assert.match(tries[0]?.words ?? "", /ECONNREFUSED/);
    const [waits, , short, left] = events.flatMap(({ deadlineMs }) => deadlineMs ?? []);
    assert.deepEqual([waits, short], [5_000, 600]);
    assert.ok(left !== undefined && left < 3_500 && left > 2_500, `${left} ms are left`);
    assert.equal(
      events.find(({ call, code }) => call === "waits too short" && code === 4)?.words,
      "The server was not there in time.",
    );
  });

  test("in peace lets a short call finish, tells a long one, and takes none that is late", async (t) => {
    const events = await played(t, Scenario.GRACEFUL_STOP);
    assert.deepEqual(lanesOf(events), {
      "server 1": ["0 SERVER_LISTENS", "0.5 SERVER_STOPS"],
      "caller short": ["0 CALL_MADE", "1.5 FIRST_MESSAGE", "1.5 CALL_ENDED 0"],
      "server 1 short": [...begun.handler, "1.5 WORK_ENDED", "1.5 CODE_SENT 0"],
      "caller long": ["0 CALL_MADE", "2.5 CALL_ENDED 14"],
      "server 1 long": [...begun.handler, ...ended(2.5, 14)],
      "caller late": ["0.5 CALL_MADE", "0.5 CALL_ENDED 14"],
    });
  });

  test("at once tells its caller, with when to try again", async (t) => {
    const events = await played(t, Scenario.SHUTDOWN);
    assert.deepEqual(lanesOf(events), {
      "server 1": ["0 SERVER_LISTENS", "0 SERVER_STOPS"],
      "caller work": ["0 CALL_MADE", "0 CALL_ENDED 14"],
      "server 1 work": [...begun.handler, ...ended(0, 14)],
    });
    const [end] = endsOf(events, "work");
    assert.match(end?.words ?? "", /shutting down/);
    assert.equal(errorOf(end).findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds, 2n);
    // What was made here, and not read from the wire, has none.
    assert.ok(
      events.filter(({ kind }) => kindName(kind) === "CODE_SENT").every((event) => !("details" in event)),
    );
  });
});

describe("an eleventh stream at a server with ten places", () => {
  const ten = ["0 CALL_MADE", "0 FIRST_MESSAGE", "2 CALL_ABORTED", "2 CALL_ENDED 1"];

  test("that waits in silence is served when the ten have left", async (t) => {
    const events = await played(t, Scenario.ELEVENTH_WAITS);
    assert.deepEqual(lanesOf(events), {
      "server 1": begun["server 1"],
      "caller ten streams": ten,
      "caller eleventh": [
        "0 CALL_MADE",
        "2 HEARD_NOTHING",
        "2 FIRST_MESSAGE",
        "2 CALL_ABORTED",
        "2 CALL_ENDED 1",
      ],
      "server 1 eleventh": ["2 CALL_IN", "2 WORK_BEGUN", ...ended(2, 1)],
    });
  });

  test("that is refused hears at once what is full, and the ten go on", async (t) => {
    const events = await played(t, Scenario.ELEVENTH_REFUSED);
    assert.deepEqual(lanesOf(events), {
      "server 1": begun["server 1"],
      "caller ten streams": ten,
      "caller eleventh": ["0 CALL_MADE", "0 CALL_ENDED 8"],
    });
    const error = errorOf(endsOf(events, "eleventh")[0]);
    assert.equal(error.findDetails(RefusalSchema)[0]?.limit, 10);
    assert.equal(error.findDetails(RetryInfoSchema).length, 1);
  });
});

describe("a scenario", () => {
  test("that there is none of tells nothing", async (t) => {
    assert.deepEqual(await played(t, Scenario.UNSPECIFIED), []);
  });

  test("that fails says so, and one whose rehearsal has ended does not", async (t) => {
    await told(t, async ({ rehearsal }) => {
      const serve = () => {
        throw new Error("no port");
      };
      const asked = { scenario: Scenario.SHUTDOWN, pings: false };
      await assert.rejects(play(asked, rehearsal, serve), /no port/);
      rehearsal.end("failure");
      await play(asked, rehearsal, serve);
    });
  });

  for (const [name, scenario] of Object.entries(Scenario)) {
    test(`${name} leaves nothing when its rehearsal ends in the middle`, async (t) => {
      await told(t, async ({ lab, rehearsal }) => {
        const over = play({ scenario, pings: true }, rehearsal, lab.serve);
        setTimeout(() => rehearsal.end("done"), 300);
        await over;
      });
    });
  }
});

describe("work that servers behind do", () => {
  const asked = { rehearsalId: id, call: "a", labour: Labour.SLEEPS, time: { seconds: 1n, nanos: 0 } };

  /** A call with two servers behind it, aborted after 300 ms. */
  async function passedOn(
    t: TestContext,
    propagates: boolean,
    manners: Manners = Manners.CHECKS,
  ): Promise<{ readonly lanes: ReturnType<typeof lanesOf>; readonly answer: unknown }> {
    const request = create(WorkRequestSchema, { ...asked, manners, serversBehind: 2, propagates });
    const controller = new AbortController();
    let answer: unknown;
    const events = await told(t, async ({ lab, rehearsal, clock: _ }) => {
      const incoming = { place: "server 1", call: "a", signal: controller.signal, leftMs: () => 5_000 };
      const handling = new Handling(rehearsal, incoming);
      setTimeout(() => controller.abort(new ConnectError("gone", 1)), 300);
      answer = await carryOut(request, handling, lab).catch((error) => error);
      handling.end(answer instanceof Error ? answer : undefined);
      // What goes on behind is waited for.
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, 1_500);
      await promise;
    });
    return { lanes: lanesOf(events), answer };
  }

  test("ends with the caller's signal where each server passes it on", async (t) => {
    const { lanes, answer } = await passedOn(t, true);
    assert.equal((answer as ConnectError).code, 1);
    assert.deepEqual(lanes["server 1 a"], [
      "0 CALL_IN",
      "0 CALL_MADE",
      "0 CANCEL_SEEN 1",
      "0 CALL_ABORTED",
      "0 CODE_SENT 1",
      "0 CALL_ENDED 1",
    ]);
    assert.deepEqual(lanes["server 2"], ["0 SERVER_LISTENS"]);
    assert.deepEqual(lanes["server 3"], ["0 SERVER_LISTENS"]);
    assert.deepEqual(lanes["server 3 a"], [...begun.handler, ...ended(0, 1)]);
  });

  test("goes on to its end where the first server keeps the signal to itself", async (t) => {
    const { lanes, answer } = await passedOn(t, false);
    assert.equal((answer as ConnectError).code, 1);
    assert.deepEqual(lanes["server 1 a"], [
      "0 CALL_IN",
      "0 CALL_MADE",
      "0 CANCEL_SEEN 1",
      "0 CODE_SENT 1",
      "1 FIRST_MESSAGE",
      "1 CALL_ENDED 0",
    ]);
    assert.deepEqual(lanes["server 3 a"], [...begun.handler, "1 WORK_ENDED", "1 CODE_SENT 0"]);
  });

  test("is waited for by a handler that never looks", async (t) => {
    const { lanes, answer } = await passedOn(t, false, Manners.IGNORES);
    assert.ok(Number(answer) >= 999 && Number(answer) < 1_100, String(answer));
    assert.deepEqual(lanes["server 1 a"]?.slice(2), [
      "0 CANCEL_SEEN 1",
      "1 FIRST_MESSAGE",
      "1 CALL_ENDED 0",
      "1 CODE_SENT 0",
    ]);
  });
});

function wordsOf(events: readonly LabEvent[], place: string): string {
  return events
    .filter((event) => event.place === place)
    .map(({ words }) => words)
    .join(", ");
}

function endsOf(events: readonly LabEvent[], call: string): readonly LabEvent[] {
  return events.filter((event) => event.call === call && kindName(event.kind) === "CALL_ENDED");
}

/** The error that a caller was told of. */
function errorOf(event: LabEvent | undefined): ConnectError {
  const error = new ConnectError("", event?.code);
  error.details = (event?.details ?? []).map(({ type, value }) => ({ type, value }));
  return error;
}
