import { firstIndexOfLength } from "../../server/kernel/candidate.ts";
import type { Scan } from "../../server/kernel/scan.ts";

/** How long one measurement takes. */
export const roundMs = 100;

/** Millions of candidates a second of one long scan on this thread. */
export function scanMHs(scan: Scan, name: string, distance: number): number {
  const job = {
    name,
    // Never ideal: a match does not end the scan.
    idealDistance: -1,
    listedDistance: distance,
    start: firstIndexOfLength(4),
    count: 2 ** 32 - 1,
  };
  const started = performance.now();
  const { tried } = scan(job, () => performance.now() - started > roundMs);
  return tried / (performance.now() - started) / 1000;
}
