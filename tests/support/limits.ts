import type { Limits } from "../../server/calls/limits.ts";

/** Everything runs at once, for as long as it likes. */
export const noLimits: Limits = {
  maximumHashes: 0n,
  maximumTimeMs: 0,
  maximumSearchesPerClient: 0,
  maximumSearches: 0,
  maximumWaiting: 0,
  maximumStreamsPerClient: 0,
  maximumStreams: 0,
  maximumWatchersPerClient: 0,
  maximumWatchers: 0,
  maximumReportsPerClient: 0,
  maximumReports: 0,
};
