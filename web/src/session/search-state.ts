import type { FieldViolation, Outcome } from "../../../client/outcome.ts";
import type { SearchReport } from "../../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { Match, Matches } from "./matches.ts";
import type { Query } from "./query.ts";

/** Why a person's search was stopped, as the server's log will show it. */
export type StopReason = "Stop button" | "Esc" | "Esc twice" | "Stop all";

/** A person's stop. `at` is on the clock of `performance.now()`. */
export interface Stop {
  readonly reason: StopReason;
  readonly at: number;
}

/** One call to the server. Messages of another run than the current one are dropped. */
export interface Run {
  /** The search's UUID. */
  readonly id: string;
  readonly startIndex: bigint;
  /** When it was sent; or, when it had to wait for a place on the server, when it was last known to wait. */
  readonly startedAt: number;
  /** Which run of the server was there when the call began, where known. */
  readonly serverInstance: string | undefined;
  /** Matches that arrived in this run, and the last of them. */
  readonly received: number;
  readonly last: Match | undefined;
  /**
   * Every candidate before this one was tried, and its match arrived: as the server told it in
   * the run. Undefined before, and in a run that an earlier version of the page has kept.
   */
  readonly settledTo?: bigint | undefined;
}

/** The server's figures of a search while it runs. */
export interface Progress {
  /** Every candidate before was tried, and its match sent: that many in all. */
  readonly nextIndex: bigint;
  readonly matchesSent: bigint;
  readonly hashes: bigint;
  readonly hashesPerSecond: number;
}

/** What earlier runs of the same search did before it was continued. */
export interface Past {
  readonly hashes: bigint;
  readonly elapsedMs: number;
}

/** When the server is asked for the report again; `retryAt` is undefined while it is being asked. */
export interface Asking {
  readonly retryAt: number | undefined;
  /** Whether it was asked before, in vain. */
  readonly isRepeated?: true;
  /** Set when the server is idle and other machines have not confirmed: by then they have ended by themselves. */
  readonly endsBy?: number | undefined;
}

/** What the server was asked about: a person's stop, the time limit, or a broken connection. */
export type AskedAfter = "stop" | "limit" | "loss";

/** When the server is tried again; `retryAt` is undefined while that is under way. */
export interface Unreached {
  readonly retryAt: number | undefined;
}

/** What is known of how a connection was lost. */
export interface Loss {
  readonly pageLeft?: boolean;
  /** The HTTP status by which a proxy in front of the server ended the call. */
  readonly proxyStatus?: number;
}

interface Common {
  readonly query: Query;
  readonly run: Run;
  readonly past: Past;
  readonly matches: Matches;
  readonly progress: Progress | undefined;
  /** When the page saw this run end, or the person stopped it. */
  readonly endedAt: number | undefined;
  /** The server's own word on the end, once it is known. */
  readonly report: SearchReport | undefined;
}

type Kind =
  /** Not sent yet: the browser has no connection free for it. */
  | { readonly kind: "queued" }
  /** Cancelled before it was sent. */
  | { readonly kind: "withdrawn" }
  | {
      readonly kind: "running";
      /** How many searches are ahead of it while it waits for a place on the server. */
      readonly ahead: number | undefined;
      /** Set while the server is not reached, though the call has not ended. */
      readonly unreached?: Unreached | undefined;
    }
  /** Stop was pressed and the server asked whether every worker is idle. */
  | { readonly kind: "stopping"; readonly stop: Stop; readonly asking: Asking }
  /** It did not answer in time. */
  | { readonly kind: "unconfirmed"; readonly stop: Stop; readonly asking: Asking }
  /** It did: every worker is idle. */
  | {
      readonly kind: "stopped";
      readonly stop: Stop;
      readonly report: SearchReport;
      readonly confirmedInMs: number;
      /** Whether the workers had other searches to go to. */
      readonly othersRun: boolean;
    }
  /** Some machines never confirmed, and the time within which they end by themselves has passed. */
  | { readonly kind: "lapsed"; readonly after: "stop"; readonly stop: Stop; readonly report: SearchReport }
  | { readonly kind: "lapsed"; readonly after: "limit" | "loss"; readonly report: SearchReport }
  /** It answered that it never heard of the search, and now never starts it. */
  | { readonly kind: "not-started"; readonly stop: Stop }
  | { readonly kind: "found" }
  /** The server found the last match, but the call was over before it arrived. */
  | { readonly kind: "found-unseen"; readonly report: SearchReport }
  | { readonly kind: "budget" }
  /** The time limit passed; the server is asked whether it saw that too. */
  | { readonly kind: "timing-out"; readonly asking: Asking }
  | { readonly kind: "timed-out"; readonly report: SearchReport }
  | { readonly kind: "exhausted" }
  | { readonly kind: "shutdown"; readonly retryAfterMs: number | undefined }
  /** The connection broke, or went with the page that held it; the server is asked what became of the search. */
  | ({ readonly kind: "lost"; readonly asking: Asking } & Loss)
  | ({ readonly kind: "back"; readonly report: SearchReport } & Loss)
  | { readonly kind: "restarted" }
  /** The same server no longer knows the search. */
  | { readonly kind: "forgotten" }
  | ({ readonly kind: "refused-busy" } & Omit<Extract<Outcome, { readonly kind: "busy" }>, "kind">)
  | { readonly kind: "refused-input"; readonly violations: readonly FieldViolation[] }
  | { readonly kind: "failed" };

/** The one state of a search: what the page shows and what it may do follow from it alone. */
export type SearchState = Common & Kind;

export type AskingState = Extract<SearchState, { readonly asking: Asking }>;

/** Whether the server's report is still wanted. */
export function isAsking(state: SearchState): state is AskingState {
  return "asking" in state;
}

export function askedAfter({ kind }: AskingState): AskedAfter {
  if (kind === "timing-out") return "limit";
  return kind === "lost" ? "loss" : "stop";
}

/** Whether a Stop would end it. */
export function isStoppable({ kind }: SearchState): boolean {
  return kind === "running" || kind === "queued";
}

/** Whether the server may be working for this search, or is going to. */
export function isActive(state: SearchState): boolean {
  return isStoppable(state) || isAsking(state);
}
