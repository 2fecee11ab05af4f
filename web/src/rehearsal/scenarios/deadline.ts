import { codeOf } from "../codes.ts";
import { page, type StageEvent } from "../event.ts";
import { type Act, byServer, type Lane, maybe, onPage, onServer, type Scenario, step } from "../scenario.ts";
import {
  CANCELLED,
  cancelledWork,
  DEADLINE_EXCEEDED,
  finishedWork,
  first,
  lateCodes,
  OK,
  server1,
} from "./common.ts";

// Far enough apart that a busy machine does not decide.
const workMs = 500;
const deadlinesMs = [100, 200, 300, 2_000, 3_000] as const;
const callOf = (ms: number) => `${ms} ms`;

const five: Act = {
  name: "five",
  lanes: deadlinesMs.flatMap((ms) =>
    ms < workMs
      ? [
          onPage(callOf(ms), step("CALL_MADE"), step("CALL_ENDED", DEADLINE_EXCEEDED)),
          cancelledWork(callOf(ms), lateCodes),
        ]
      : [
          onPage(callOf(ms), step("CALL_MADE"), step("FIRST_MESSAGE"), step("CALL_ENDED", OK)),
          finishedWork(callOf(ms)),
        ],
  ),
  async play({ work }) {
    for (const ms of deadlinesMs) await work(callOf(ms), { timeMs: workMs, deadlineMs: ms }).ended;
  },
};

const travelMs = 800;
const servers = [server1, "server 2", "server 3"] as const;

/** What is left of the deadline where the call comes in. */
function leftAt(events: readonly StageEvent[], place: string): number {
  return first(events, place, "travels", "CALL_IN")?.deadlineMs ?? Number.NaN;
}

// Where the client of a server notices first, Connect for Node resets the stream with HTTP/2's
// INTERNAL_ERROR instead of CANCEL, and the server behind is told that.
const behindCodes = [...lateCodes, codeOf("INTERNAL")] as const;

/** A server between two others. The error of the one behind may be there before its own time is over. */
function between(place: string, codes: readonly number[]): readonly Lane[] {
  return [
    onServer(
      place,
      "travels",
      step("CALL_IN"),
      maybe("CANCEL_SEEN", ...codes),
      // Its own cause, or the one that the server behind has answered.
      step("CODE_SENT", ...behindCodes),
    ),
    byServer(
      place,
      "travels",
      step("CALL_MADE"),
      maybe("CALL_ABORTED"),
      step("CALL_ENDED", ...behindCodes),
      maybe("CALL_ABORTED"),
    ),
  ];
}

const travels: Act = {
  name: "travels",
  lanes: [
    onPage("travels", step("CALL_MADE"), step("CALL_ENDED", DEADLINE_EXCEEDED)),
    ...between(server1, lateCodes),
    onServer("server 2", "", step("SERVER_LISTENS")),
    ...between("server 2", behindCodes),
    onServer("server 3", "", step("SERVER_LISTENS")),
    cancelledWork("travels", behindCodes, "server 3"),
  ],
  checks: [
    {
      name: "deadlineShrinks",
      holds: (events) => {
        const left = [travelMs, ...servers.map((place) => leftAt(events, place))];
        return (
          left.every((ms, i) => i === 0 || ms <= (left[i - 1] ?? 0)) && leftAt(events, "server 3") < travelMs
        );
      },
    },
  ],
  async play({ work }) {
    await work("travels", { timeMs: 5_000, deadlineMs: travelMs, serversBehind: 2, propagates: true }).ended;
  },
};

const raceMs = 1_000;
// When the caller cancels: well before the deadline, with it, well after it.
const races = [
  { call: "cancel first", cancelMs: 300, codes: [CANCELLED] },
  { call: "together", cancelMs: raceMs, codes: [CANCELLED, DEADLINE_EXCEEDED] },
  { call: "deadline first", cancelMs: 1_500, codes: [DEADLINE_EXCEEDED] },
] as const;

const race: Act = {
  name: "race",
  lanes: races.flatMap(({ call, codes }) => [
    onPage(
      call,
      step("CALL_MADE"),
      maybe("CALL_ABORTED"),
      step("CALL_ENDED", ...codes),
      maybe("CALL_ABORTED"),
    ),
    cancelledWork(call, [...new Set([...codes, CANCELLED])]),
  ]),
  checks: [
    {
      name: "firstWins",
      holds: (events) =>
        races.every(({ call }) => {
          const seen = first(events, server1, call, "CANCEL_SEEN");
          const sent = first(events, server1, call, "CODE_SENT");
          return seen?.code !== undefined && seen.code === sent?.code;
        }),
    },
    {
      name: "abortedOnce",
      holds: (events) =>
        races.every(
          ({ call }) =>
            countOf(events, call, "CALL_ABORTED") === 1 && countOf(events, call, "CALL_ENDED") === 1,
        ),
    },
  ],
  async play({ work, pass }) {
    for (const { call, cancelMs } of races) {
      const made = work(call, { timeMs: 5_000, deadlineMs: raceMs });
      await pass(cancelMs);
      made.abort();
      await made.ended;
    }
  },
};

function countOf(events: readonly StageEvent[], call: string, kind: StageEvent["kind"]): number {
  return events.filter((event) => event.place === page && event.call === call && event.kind === kind).length;
}

/** Deadlines: a cancel that was agreed on beforehand. */
export const deadline: Scenario = {
  acts: [five, travels, race],
  sources: ["https://grpc.io/docs/guides/deadlines/", "https://grpc.io/docs/guides/cancellation/"],
};
