import type { MatchList } from "./match-list.ts";

/** A range of candidates and what to look for in it. */
export interface ScanJob {
  /** 1 to 28 base64 characters, in either case. */
  readonly name: string;
  /** The first match at most this far from the name ends the scan. */
  readonly idealDistance: number;
  /** Candidates at most this far from the name are listed; never below the ideal. */
  readonly listedDistance: number;
  /** Index of the first candidate, 64 bits. */
  readonly start: bigint;
  /** Candidates to try, less than 2^32; the last index is below 2^64 - 1. */
  readonly count: number;
}

export interface ScanResult {
  /** Candidates tried from the start, without a gap; less than the count when interrupted, full or found. */
  readonly tried: number;
  /** Every listed match among those tried, in order. The last one may be ideal. */
  readonly matches: MatchList;
}

/**
 * Tries candidates in order, on the calling thread, until the range is done, an
 * ideal match is found, `maximumMatches` are listed, or the poll says stop.
 *
 * @param poll called after every batch with the candidates tried so far; true
 * interrupts the scan
 */
export type Scan = (job: ScanJob, poll: (tried: number) => boolean) => ScanResult;

/** Matches after which a scan returns what it has, so that memory is bounded. */
export const maximumMatches = 4096;

/** Most candidates between two polls of any kernel: about a quarter of a millisecond of the fastest one's work. */
export const candidatesPerPoll = 2 ** 14;
