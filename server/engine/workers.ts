import type { ScanJob } from "../kernel/scan.ts";
import type { PackedMatches } from "../matches/packed-matches.ts";

/** A range for one worker. */
export interface SliceJob extends ScanJob {
  /** The servers through which the work came, the first caller first; none: it is this server's own. */
  readonly path?: readonly string[];
  /** What a call for it takes along to say which trace it belongs to; none: to none. */
  readonly trace?: Readonly<Record<string, string>>;
}

/**
 * What computes for the engine: each worker one slice at a time. Threads of this
 * process are one implementation, other servers are another.
 */
export interface Workers {
  /** How many there are, busy or not. */
  readonly size: number;
  readonly busy: number;
  /** How long a slice should take: long enough that handing over costs little. */
  readonly sliceMs: number;
  /** Whose worker takes the next slice; undefined when none is idle. */
  readonly next: Machine | undefined;
  /** Calls back when one has become idle other than by settling, such as one that has come. */
  onIdle(listener: () => void): void;
  /**
   * Starts a slice on an idle worker of the next machine. `settle` is called
   * exactly once, never before this returns.
   *
   * @throws when none is idle: ask `next`
   */
  run(job: SliceJob, settle: Settle): Slice;
  /** Ends them, whatever they do. Only for the end of the process. */
  close(): Promise<void>;
}

/** Workers that are alike, such as the threads of this process: slices are sized by its speed. */
export interface Machine {
  /** Candidates a millisecond that one of its workers is taken to try, until its slices tell. */
  readonly usualRate: number;
}

/** A slice of work on its way on one worker. */
export interface Slice {
  /** Which worker, a thread or a seat of another server: the same object for each of its slices. */
  readonly worker: object;
  /** Candidates tried so far, as far as it is known here. */
  readonly tried: number;
  /** Undefined when another server computes it, which says how it ends in its `Hop`. */
  readonly trace?: Trace;
  /** Stops it as soon as can be; it then settles with what it has. Does nothing once it has settled. */
  interrupt(): void;
}

/** What a thread itself has noted of a slice, apart from the result that it sends. */
export interface Trace {
  /** Which thread, counted from 1. */
  readonly thread: number;
  /** Whether the thread has left the slice, as of now; for as long as the process lives. */
  readonly isOver: boolean;
  /** In milliseconds of the clock that threads share. Can be read until the thread has its next slice. */
  readonly interruptSeenAtMs: number | undefined;
  readonly overAtMs: number | undefined;
}

/** What became of a slice: no result when its worker crashed, and the range must be redone. */
export type Settle = (result: SliceResult | undefined, hop?: Hop) => void;

/** What another server says of a slice that it computed. */
export interface Hop {
  /** Empty when the server was not reached. */
  readonly serverInstance: string;
  readonly serverName: string;
  readonly hashes: number;
  readonly hashesAfterInterrupt: number;
  /** From its acceptance, on that server's own clock; undefined when it was not interrupted. */
  readonly interruptSeenAfterMs: number | undefined;
  readonly idleAfterMs: number;
  /** Whether it has said that its thread is idle; if not, the slice ends by itself within the time. */
  readonly isConfirmed: boolean;
  readonly endsWithinMs: number;
  /** What it says of the servers that it computed through itself. */
  readonly behind: readonly HopBehind[];
}

/** What a server says of another one behind it, over all parts of a slice. */
export interface HopBehind extends Omit<Hop, "isConfirmed" | "behind"> {
  /** Parts of which the other did not say that its thread is idle. */
  readonly unconfirmed: number;
}

export interface SliceResult {
  /** Candidates tried from the start, without a gap; less than the count when interrupted, full or found. */
  readonly tried: number;
  /** Every listed match among those tried, in order. */
  readonly matches: PackedMatches;
  /** By the worker's own clock: waiting for the thread that hears of it is not work. */
  readonly tookMs: number;
}
