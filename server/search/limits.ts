/** What the server gives. 0: no limit. */
export interface Limits {
  /** Most candidates that one search tries. */
  readonly maximumHashes: bigint;
  readonly maximumTimeMs: number;
  readonly maximumSearchesPerClient: number;
  readonly maximumSearches: number;
}
