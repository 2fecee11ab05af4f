import type { Report } from "./report.ts";
import type { SearchEnd } from "./searches.ts";

/**
 * What the log says of a search that has ended; docs/operating.md says what each
 * field means. Not its name, which is the caller's.
 */
export function endedLine(report: Report, { client, call, reason, waitedMs }: SearchEnd): object {
  return {
    searchId: report.id,
    client,
    call,
    cause: report.cause,
    ...(reason !== "" && { reason }),
    hashes: String(report.hashesComputed),
    hashesAfterEnding: String(report.hashesAfterEnding),
    matches: String(report.matchesSent),
    startIndex: String(report.startIndex),
    nextIndex: String(report.nextIndex),
    workersUsed: report.workersUsed,
    workersIdle: report.workersIdle,
    startedAt: new Date(report.startedAtMs).toISOString(),
    waitedMs,
    endingSeenAfterMs: report.endingSeenAfterMs,
    workersIdleAfterMs: report.workersIdleAfterMs,
  };
}
