import { isProven } from "../../../client/proven.ts";
import { backoffBefore } from "../api/backoff.ts";
import { common } from "./common.ts";
import { elapsedOf, hashesOf } from "./figures.ts";
import { addMatches, type Match, noMatches } from "./matches.ts";
import type { Query } from "./query.ts";
import type { CallOutcome, SearchEvent } from "./search-event.ts";
import { isActive, isAsking, type Progress, type Run, type SearchState } from "./search-state.ts";
import { settle } from "./settle.ts";

/** A search that has just been sent. */
export function startedState(query: Query, run: Run): SearchState {
  return {
    kind: "running",
    ahead: undefined,
    query,
    run,
    past: { hashes: 0n, elapsedMs: 0 },
    matches: noMatches,
    progress: undefined,
    endedAt: undefined,
    report: undefined,
  };
}

/** The next state. An event that does not fit, above all one of an older run, changes nothing. */
export function transition(state: SearchState, event: SearchEvent): SearchState {
  if (event.type === "continue") return isActive(state) ? state : continued(state, event.run);
  if (event.runId !== state.run.id) return state;
  switch (event.type) {
    case "queued":
      return state.kind === "running" ? { ...common(state, 0), kind: "queued", endedAt: undefined } : state;
    case "sent":
      return state.kind === "queued" ? sent(state, event.at, event.serverInstance) : state;
    case "contact":
      return state.kind === "running" ? { ...state, unreached: event.unreached } : state;
    case "matches":
      return state.kind === "running" ? withMatches(state, event.batch) : state;
    case "progress":
      if (state.kind === "running") return progressed(state, event);
      if (!isAsking(state)) return state;
      return { ...state, run: settledRun(state.run, event.progress), progress: event.progress };
    case "ended":
      return state.kind === "running" ? ended(state, event.outcome, event.at) : state;
    case "stop":
      if (state.kind === "queued") return { ...common(state, event.stop.at), kind: "withdrawn" };
      if (state.kind !== "running") return state;
      return {
        ...common(state, event.stop.at),
        kind: "stopping",
        stop: event.stop,
        asking: { retryAt: undefined },
      };
    case "asking":
      if (!isAsking(state) || state.asking.retryAt === undefined) return state;
      return { ...state, asking: { ...state.asking, retryAt: undefined } };
    case "answer":
      return isAsking(state) ? settle(state, event) : state;
  }
}

function sent(state: SearchState, at: number, serverInstance: string | undefined): SearchState {
  const run = { ...state.run, startedAt: at, serverInstance };
  return { ...common(state, at), kind: "running", ahead: undefined, endedAt: undefined, run };
}

function progressed(
  state: Extract<SearchState, { readonly kind: "running" }>,
  { at, progress, ahead }: Extract<SearchEvent, { readonly type: "progress" }>,
): SearchState {
  // Waiting for a place is not searching: the time counts from the end of the wait.
  const run = ahead === undefined ? state.run : { ...state.run, startedAt: at };
  return { ...state, run: settledRun(run, progress), progress, ahead };
}

function withMatches(state: SearchState, batch: readonly Match[]): SearchState {
  const last = batch[batch.length - 1];
  if (last === undefined) return state;
  const run = { ...state.run, received: state.run.received + batch.length, last };
  return { ...state, run: settledRun(run, state.progress), matches: addMatches(state.matches, batch) };
}

// Progress and matches come by two connections: what one tells of the other counts once it has come.
function settledRun(run: Run, progress: Progress | undefined): Run {
  if (progress === undefined || BigInt(run.received) < progress.matchesSent) return run;
  return { ...run, settledTo: progress.nextIndex };
}

function ended(state: SearchState, outcome: CallOutcome, at: number): SearchState {
  const base = common(state, at);
  const asking = { retryAt: undefined };
  switch (outcome.kind) {
    case "completed":
      // FindRange ends with the ideal match; without one, nothing was left to try.
      return { ...base, kind: hasIdealMatch(state) ? "found" : "exhausted" };
    case "busy":
      return { ...base, ...outcome, kind: "refused-busy" };
    case "input":
      return { ...base, kind: "refused-input", violations: outcome.violations };
    case "budget":
      return { ...base, kind: "budget", report: outcome.report };
    case "deadline":
      return outcome.report === undefined || !isProven(outcome.report)
        ? { ...base, kind: "timing-out", asking }
        : { ...base, kind: "timed-out", report: outcome.report };
    case "shutdown":
      return { ...base, kind: "shutdown", retryAfterMs: outcome.retryAfterMs, report: outcome.report };
    case "exhausted":
      return { ...base, kind: "exhausted", report: outcome.report };
    case "failure":
      return { ...base, kind: "failed", report: outcome.report };
    // A cancel that this page did not ask for means that the connection was lost.
    case "cancelled":
    case "lost":
      // The server is given a moment after a broken connection before it is asked.
      return { ...base, ...outcome, kind: "lost", asking: { retryAt: at + backoffBefore(0) } };
  }
}

function continued(state: SearchState, run: Run): SearchState {
  const past = { hashes: hashesOf(state), elapsedMs: elapsedOf(state, run.startedAt) };
  return { ...startedState(state.query, run), past, matches: state.matches };
}

function hasIdealMatch({ run: { last }, query }: SearchState): boolean {
  return last !== undefined && last.distance <= query.wrongAllowed;
}
