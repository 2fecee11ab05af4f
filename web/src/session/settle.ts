import { endsWithinMs } from "../../../client/machines.ts";
import { isProven } from "../../../client/proven.ts";
import { Ending, type SearchReport } from "../../../proto/gen/hash_name/v1/search_report_pb.ts";
import { common } from "./common.ts";
import type { SearchEvent } from "./search-event.ts";
import type { Asking, AskingState, SearchState, Stop } from "./search-state.ts";

type Answered = Extract<SearchEvent, { readonly type: "answer" }>;

/** The next state of a search that asks what became of it, after an answer. */
export function settle(state: AskingState, event: Answered): SearchState {
  const { answer } = event;
  switch (answer.kind) {
    case "unanswered":
      return unproven(state, state.report, event);
    case "unknown":
      return unknown(state, event.at, answer.serverInstance ?? event.serverInstance);
    case "report":
      // Only idle workers are a proof.
      if (!isProven(answer.report)) return unproven(state, answer.report, event);
      return reported(state, answer.report, event);
  }
}

/**
 * Asks again. Machines that have not confirmed are waited for until they have
 * ended by themselves, which is counted from the first report that named them.
 * A report is final: a worker of the server's own that it names as not idle will
 * never be named as idle, so asking again would be asking for ever.
 */
function unproven(state: AskingState, report: SearchReport | undefined, event: Answered): SearchState {
  const { at, retryAt } = event;
  const withinMs = report && (endsWithinMs(report) ?? 0);
  const endsBy = state.asking.endsBy ?? (withinMs === undefined ? undefined : at + withinMs);
  if (report !== undefined && endsBy !== undefined && at >= endsBy) return lapsed(state, report, event);
  const asking: Asking = {
    isRepeated: true,
    retryAt: Math.min(retryAt, endsBy ?? retryAt),
    ...(endsBy !== undefined && { endsBy }),
  };
  return state.kind === "stopping"
    ? { ...state, kind: "unconfirmed", report, asking }
    : { ...state, report, asking };
}

function lapsed(state: AskingState, report: SearchReport, event: Answered): SearchState {
  if (report.ending !== Ending.CANCELLED && report.ending !== Ending.DEADLINE) {
    return reported(state, report, event);
  }
  const base = { ...common(state, event.at), report, kind: "lapsed" } as const;
  const stop = stopOf(state);
  if (stop !== undefined) return { ...base, after: "stop", stop };
  return { ...base, after: state.kind === "timing-out" ? "limit" : "loss" };
}

/** The state that the server's report leads to. The server knows every ending and names the first cause. */
function reported(state: AskingState, report: SearchReport, event: Answered): SearchState {
  const base = { ...common(state, event.at), report };
  switch (report.ending) {
    case Ending.FOUND:
      return { ...base, kind: "found-unseen" };
    case Ending.BUDGET:
    case Ending.CREDIT:
      return { ...base, kind: "budget" };
    case Ending.DEADLINE:
      return { ...base, kind: "timed-out" };
    case Ending.SHUTDOWN:
      return { ...base, kind: "shutdown", retryAfterMs: undefined };
    case Ending.SPACE_EXHAUSTED:
      return { ...base, kind: "exhausted" };
    case Ending.FAILURE:
      return { ...base, kind: "failed" };
    default:
      return cancelled(state, base, event);
  }
}

// The server saw a cancel. What it means depends on the state of the search on this page.
function cancelled(
  state: AskingState,
  base: ReturnType<typeof common> & { readonly report: SearchReport },
  { at, othersRun }: Answered,
): SearchState {
  switch (state.kind) {
    case "stopping":
    case "unconfirmed":
      return { ...base, kind: "stopped", stop: state.stop, confirmedInMs: at - state.stop.at, othersRun };
    case "timing-out":
      // The browser's deadline aborts the call as well, and the abort was seen first.
      return { ...base, kind: "timed-out" };
    case "lost": {
      const { asking: _, ...lost } = state;
      return { ...lost, ...base, kind: "back" };
    }
  }
}

function unknown(state: AskingState, at: number, serverInstance: string | undefined): SearchState {
  const base = common(state, at);
  const { run, progress } = state;
  const hadStarted = run.received > 0 || progress !== undefined;
  const bothKnown = run.serverInstance !== undefined && serverInstance !== undefined;
  if (bothKnown ? run.serverInstance !== serverInstance : hadStarted) return { ...base, kind: "restarted" };
  const stop = stopOf(state);
  return !hadStarted && stop !== undefined
    ? { ...base, kind: "not-started", stop }
    : { ...base, kind: "forgotten" };
}

function stopOf(state: AskingState): Stop | undefined {
  return state.kind === "stopping" || state.kind === "unconfirmed" ? state.stop : undefined;
}
