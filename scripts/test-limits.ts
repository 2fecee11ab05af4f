import { availableParallelism, loadavg } from "node:os";

// Where others use the machine as well, everything takes longer, and is no less right.
const crowding = Math.max(1, (loadavg()[0] ?? 0) / (2 * availableParallelism()));

/** For one test, and for what comes before and after tests: several times what the longest takes. */
export const testLimitMs = Math.round(25_000 * crowding);

/** A test file of which nothing is heard for so long hangs: its longest test would have failed before. */
export const silenceLimitMs = Math.round(30_000 * crowding);
