import type { HashNameResponse } from "../proto/gen/hash_name/hash_name_pb.ts";
import type { SearchReport } from "../proto/gen/hash_name/v1/search_report_pb.ts";

/** The matches of a search that were printed, in the order of their candidates. */
export interface Printed {
  readonly count: bigint;
  readonly last: HashNameResponse | undefined;
}

/**
 * Where a search that was ended is continued, so that no match is lost and none is
 * printed twice: the server's next index, unless matches that it sent were still on
 * their way.
 */
export function nextIndexAfter(report: SearchReport, { count, last }: Printed): bigint {
  if (report.matchesSent <= count) return report.nextIndex;
  return last === undefined ? report.startIndex : last.candidateIndex + 1n;
}
