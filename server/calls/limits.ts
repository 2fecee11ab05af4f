/** What the server gives to searches. 0: no limit. */
export interface SearchLimits {
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

/** What a client may have over time. 0: any number. */
export interface QuotaLimits {
  /** Searches that it may ask for in a minute. */
  readonly searchesPerMinute: number;
  /** Hashes that it may compute at once when it has not computed for long. */
  readonly hashCredit: number;
  /** How many of them come back a second; above 0 where there is a credit. */
  readonly hashCreditPerSecond: number;
}

/** What one client may have, in place of what every client may. 0: no limit; undefined: as every client. */
export interface ClientLimits extends Partial<QuotaLimits> {
  /** Most of its searches, running and waiting. */
  readonly maximumSearches?: number;
  /** Most candidates that one of them tries. */
  readonly maximumHashes?: bigint;
  /** The longest that one of them runs. */
  readonly maximumTimeMs?: number;
}

/** What it gives to keyed streams. 0: no limit. */
export interface StreamLimits {
  /** Most open streams of one client. */
  readonly maximumStreamsPerClient: number;
  /** Most open streams in all. */
  readonly maximumStreams: number;
  /** How long a stream may stay open when its reader has stopped reading. */
  readonly maximumTimeMs: number;
}

/** What it gives to callers that watch its activity. 0: no limit. */
export interface WatchLimits {
  /** Most watchers of one client. */
  readonly maximumWatchersPerClient: number;
  /** Most watchers in all. */
  readonly maximumWatchers: number;
}

/** What it gives to callers that wait for a search's report. 0: no limit. */
export interface ReportLimits {
  /** Most that one client waits for at once. */
  readonly maximumReportsPerClient: number;
  /** Most that are waited for in all. */
  readonly maximumReports: number;
}

export type Limits = SearchLimits & StreamLimits & WatchLimits & ReportLimits;
