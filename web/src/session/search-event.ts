import type { Outcome } from "../../../client/outcome.ts";
import type { ReportAnswer } from "../../../client/report.ts";
import type { Match } from "./matches.ts";
import type { Progress, Run, Stop, Unreached } from "./search-state.ts";

/** What can happen to a search. `runId` says to which run; `at` is on the clock of `performance.now()`. */
export type SearchEvent =
  /** No connection is free for it. */
  | { readonly type: "queued"; readonly runId: string }
  /** One has become free, and the query is sent. */
  | {
      readonly type: "sent";
      readonly runId: string;
      readonly at: number;
      readonly serverInstance: string | undefined;
    }
  /** The server is not reached any more, or is again. */
  | { readonly type: "contact"; readonly runId: string; readonly unreached: Unreached | undefined }
  | { readonly type: "matches"; readonly runId: string; readonly batch: readonly Match[] }
  | {
      readonly type: "progress";
      readonly runId: string;
      readonly at: number;
      readonly progress: Progress;
      readonly ahead: number | undefined;
    }
  | { readonly type: "ended"; readonly runId: string; readonly at: number; readonly outcome: CallOutcome }
  | { readonly type: "stop"; readonly runId: string; readonly stop: Stop }
  /** The report is being asked for. */
  | { readonly type: "asking"; readonly runId: string }
  | {
      readonly type: "answer";
      readonly runId: string;
      readonly at: number;
      readonly answer: ReportAnswer;
      /** Which run of the server is there now, where known. */
      readonly serverInstance: string | undefined;
      /** Whether the server has other searches to work for. */
      readonly othersRun: boolean;
      /** When it will be asked again if this was no answer. */
      readonly retryAt: number;
    }
  /** A new run that continues where the last one ended. */
  | { readonly type: "continue"; readonly run: Run };

/** How the call of a run ended: with its answer, or for one of the reasons in client/outcome.ts. */
export type CallOutcome = { readonly kind: "completed" } | Outcome;
