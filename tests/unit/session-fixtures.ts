import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  Ending,
  type SearchReport,
  SearchReportSchema,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { Match } from "../../web/src/session/matches.ts";
import type { Query } from "../../web/src/session/query.ts";
import type { SearchEvent } from "../../web/src/session/search-event.ts";
import type { Run, SearchState } from "../../web/src/session/search-state.ts";
import { startedState, transition } from "../../web/src/session/transition.ts";
import type { Words } from "../../web/src/words/en.ts";
import { rarelySaid } from "../../web/src/words/rare-words.ts";
import { type Surroundings, stateWords } from "../../web/src/words/state-words.ts";

export const query: Query = {
  name: "doctor",
  wrongAllowed: 0,
  alsoShow: 2,
  mode: "every",
  maximumHashes: 0n,
  timeLimitMs: undefined,
};

/** A text as it is read: the gaps at which no line is broken look like any other. */
export function plain(text: string): string {
  return text.replaceAll("\u00a0", " ");
}

/** The state as the page says it. */
export function said(state: SearchState, dictionary: Words, around: Surroundings): string {
  return rarelySaid(state, dictionary, around) ?? stateWords(state, dictionary, around);
}

export function run(id: string, startIndex = 0n): Run {
  return { id, startIndex, startedAt: 1_000, serverInstance: "A", received: 0, last: undefined };
}

export function match(index: bigint, distance = 1): Match {
  return { secret: "AAcV", hash: "FEVc6RB5ZDihKM41HBrDGrPCkqU=", distance, index, offset: 20 };
}

/** A report of a cancelled search whose two workers are idle. */
export function report(init: MessageInitShape<typeof SearchReportSchema> = {}): SearchReport {
  return create(SearchReportSchema, {
    ending: Ending.CANCELLED,
    hashesComputed: 5_000n,
    nextIndex: 4_000n,
    workersUsed: 2,
    workersIdle: 2,
    serverInstance: "A",
    ...init,
  });
}

/** A report in which one of three machines has not confirmed and ends by itself within 5 s. */
export function openReport(init: MessageInitShape<typeof SearchReportSchema> = {}): SearchReport {
  const idle = { interruptSeenAfter: durationFromMs(212), idleAfter: durationFromMs(213) };
  const hops = [
    { serverInstance: "1", serverName: "one", ...idle },
    { serverInstance: "2", serverName: "two", unconfirmed: 1, endsWithin: durationFromMs(5_000) },
    { serverInstance: "3", serverName: "one", ...idle },
  ];
  return report({ workersUsed: 3, workersIdle: 2, hops, ...init });
}

/** The state after the events, starting with the first run "one". */
export function after(...events: readonly SearchEvent[]): SearchState {
  return from(startedState(query, run("one")), ...events);
}

export function from(state: SearchState, ...events: readonly SearchEvent[]): SearchState {
  return events.reduce(transition, state);
}

export const stop = {
  type: "stop",
  runId: "one",
  stop: { reason: "Stop button", at: 2_000 },
} as const satisfies SearchEvent;

export const progress = {
  type: "progress",
  runId: "one",
  at: 1_500,
  progress: { nextIndex: 900n, matchesSent: 0n, hashes: 1_000n, hashesPerSecond: 500 },
  ahead: undefined,
} as const satisfies SearchEvent;

export function ended(
  outcome: Extract<SearchEvent, { type: "ended" }>["outcome"],
  runId = "one",
): SearchEvent {
  return { type: "ended", runId, at: 3_000, outcome };
}

type Answer = Extract<SearchEvent, { type: "answer" }>;

export function answer(answer: Answer["answer"], around: Partial<Answer> = {}): Answer {
  return {
    type: "answer",
    runId: "one",
    at: 2_012,
    answer,
    serverInstance: "A",
    othersRun: false,
    retryAt: 5_000,
    ...around,
  };
}

export const reported = (init: Parameters<typeof report>[0] = {}, around: Partial<Answer> = {}) =>
  answer({ kind: "report", report: report(init) }, around);
export const unanswered = answer({ kind: "unanswered" });
export const unknown = answer({ kind: "unknown", serverInstance: undefined });
