import type { SearchState } from "./search-state.ts";

/**
 * The candidate to continue at, so that no match is lost: the first that was not tried.
 *
 * A report's `next_index` counts matches that the server handed to a connection
 * which may have dropped them. When fewer arrived here than were sent, what is
 * certain is what lies before the last one that arrived, and before the latest
 * candidate of which the server has told that it had sent no more than that.
 */
export function resumeIndex({ run, report, query }: SearchState): bigint {
  if (report !== undefined && BigInt(run.received) >= report.matchesSent)
    return latest(report.nextIndex, run.startIndex);
  // The one match that Find has sent is the candidate just before the next one.
  if (query.mode === "first" && report !== undefined) return latest(report.nextIndex - 1n, run.startIndex);
  return latest(settledTo(run), run.startIndex);
}

function settledTo({ last, settledTo = 0n }: SearchState["run"]): bigint {
  return last === undefined ? settledTo : latest(settledTo, last.index + 1n);
}

function latest(index: bigint, other: bigint): bigint {
  return index > other ? index : other;
}
