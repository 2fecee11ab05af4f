import type { SearchReport } from "../proto/gen/hash_name/v1/search_report_pb.ts";

/** Whether every worker on every machine is known to be idle: only this proves a Stop. */
export function isProven({ workersIdle, workersUsed, usedWorkers }: SearchReport): boolean {
  // A report that an earlier version of the page has kept does not name them.
  return workersIdle === workersUsed && (usedWorkers ?? []).every(({ idle }) => idle);
}
