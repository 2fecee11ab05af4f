import type { HopReport } from "./hops.ts";
import type { WorkerReport } from "./workers-used.ts";

/** Why a search ended. Exactly one, the first. */
export type Cause =
  | "found"
  | "cancelled"
  | "deadline"
  | "budget"
  | "credit"
  | "shutdown"
  | "space exhausted"
  | "failure";

/** How a search ended, made once the last range that a worker had of it has come back. */
export interface Report {
  readonly id: string;
  readonly cause: Cause;
  /** Every hash that any worker computed for it. */
  readonly hashesComputed: bigint;
  /** Those computed after the cause was seen: on another server that confirmed, after it saw the interrupt. */
  readonly hashesAfterEnding: bigint;
  readonly startIndex: bigint;
  /** Everything before was tried and its matches sent; no later match was sent. */
  readonly nextIndex: bigint;
  readonly matchesSent: bigint;
  /** Workers that had ranges of it: threads, and seats of other servers. */
  readonly workersUsed: number;
  /** Those that were done with it when the report was made. */
  readonly workersIdle: number;
  /** Each of those used, as far as they are told of one by one. */
  readonly usedWorkers: readonly WorkerReport[];
  /** Workers of either kind that there were. */
  readonly workers: number;
  /** Milliseconds of Unix time, with their fraction. */
  readonly startedAtMs: number;
  /** From the start, on this machine's monotonic clock. */
  readonly endingSeenAfterMs: number;
  readonly workersIdleAfterMs: number;
  /** The other servers that computed for it. */
  readonly hops: readonly HopReport[];
  /** Where the credit is spent: when there is enough again to go on with. */
  readonly retryAfterMs?: number | undefined;
}

/** Thrown to the reader of a search's matches when the search ended before they did. */
export class SearchEnded extends Error {
  readonly report: Report;

  constructor(report: Report) {
    super(`the search has ended: ${report.cause}`);
    this.name = "SearchEnded";
    this.report = report;
  }
}
