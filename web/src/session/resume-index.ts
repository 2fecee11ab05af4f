import type { SearchReport } from "../../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { SearchState } from "./search-state.ts";

/**
 * The candidate to continue at, so that no match is lost.
 *
 * A report's `next_index` counts matches that the server handed to a connection
 * which may have dropped them. When fewer arrived here than were sent, only what
 * lies before the last one that arrived is certain.
 */
export function resumeIndex(state: SearchState): bigint {
  const { run, report, query, progress } = state;
  if (report !== undefined && everyMatchArrived(state, report))
    return atLeast(report.nextIndex, run.startIndex);
  const afterLast = run.last === undefined ? run.startIndex : run.last.index + 1n;
  if (query.mode === "every") return afterLast;
  // Find sends one match, and ends with it: the candidate just before the next one.
  if (report !== undefined) return atLeast(report.nextIndex - 1n, run.startIndex);
  // While it was still searching, no candidate before its progress matched.
  return progress === undefined ? afterLast : atLeast(progress.nextIndex, afterLast);
}

function everyMatchArrived({ run }: SearchState, report: SearchReport): boolean {
  return BigInt(run.received) >= report.matchesSent;
}

function atLeast(index: bigint, least: bigint): bigint {
  return index > least ? index : least;
}
