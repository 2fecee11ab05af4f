import type { ScanJob } from "../kernel/scan.ts";
import type { PackedMatches } from "../matches/packed-matches.ts";

/**
 * What computes for the engine: each worker one slice at a time. Threads of this
 * process are one implementation.
 */
export interface Workers {
  /** How many there are, busy or not. */
  readonly size: number;
  readonly busy: number;
  readonly hasIdle: boolean;
  /** How long a slice should take: long enough that handing over costs little. */
  readonly sliceMs: number;
  /**
   * Starts a slice on an idle worker. `settle` is called exactly once, never
   * before this returns.
   *
   * @throws when none is idle: ask `hasIdle`
   */
  run(job: ScanJob, settle: Settle): Slice;
  /** Ends them, whatever they do. Only for the end of the process. */
  close(): Promise<void>;
}

/** A slice of work on its way on one worker. */
export interface Slice {
  /** Which worker, 0 to one below their number. */
  readonly worker: number;
  /** Candidates tried so far, as far as it is known here. */
  readonly tried: number;
  /** Stops it as soon as can be; it then settles with what it has. Does nothing once it has settled. */
  interrupt(): void;
}

/** What became of a slice: undefined when its worker crashed, and the range must be redone. */
export type Settle = (result: SliceResult | undefined) => void;

export interface SliceResult {
  /** Candidates tried from the start, without a gap; less than the count when interrupted, full or found. */
  readonly tried: number;
  /** Every listed match among those tried, in order. */
  readonly matches: PackedMatches;
  /** By the worker's own clock: waiting for the thread that hears of it is not work. */
  readonly tookMs: number;
}
