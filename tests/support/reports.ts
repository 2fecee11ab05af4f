import type { Report } from "../../server/search/report.ts";

/** Of a search on two workers, cancelled 100 ms after its start, and idle 7 ms later. */
export const cancelledReport: Report = {
  id: "0d7c1c8e-3d65-4f4f-9d3a-0b6a6a6a6a6a",
  cause: "cancelled",
  hashesComputed: 1000n,
  hashesAfterEnding: 30n,
  startIndex: 0n,
  nextIndex: 970n,
  matchesSent: 4n,
  workersUsed: 2,
  workersIdle: 2,
  usedWorkers: [],
  workers: 2,
  startedAtMs: 1e12,
  endingSeenAfterMs: 100,
  workersIdleAfterMs: 107,
  hops: [],
};
