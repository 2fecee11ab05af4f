import { availableParallelism, loadavg } from "node:os";

// Where others use the machine as well, everything takes longer, and is no less right.
const crowding = Math.max(1, (loadavg()[0] ?? 0) / (2 * availableParallelism()));

/** A time limit for a machine with nothing else to do, as long as this one needs it. */
export function patient(limitMs: number): number {
  return Math.round(limitMs * crowding);
}

/** For one test, and for what comes before and after tests: several times what the longest takes. */
export const testLimitMs = patient(25_000);

/** A test file of which nothing is heard for so long hangs: its longest test would have failed before. */
export const silenceLimitMs = patient(30_000);
