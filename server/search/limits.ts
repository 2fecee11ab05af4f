/** What the server gives. 0: no limit. */
export interface Limits {
  /** Most candidates that one search tries. */
  readonly maximumHashes: bigint;
  readonly maximumTimeMs: number;
  /** Most searches of one client, running and waiting. */
  readonly maximumSearchesPerClient: number;
  /** Most searches that run at once; more wait in line. */
  readonly maximumSearches: number;
  /** Longest waiting line; here 0 means that there is none. */
  readonly maximumWaiting: number;
}
