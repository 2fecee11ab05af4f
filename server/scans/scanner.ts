import type { Engine } from "../engine/engine.ts";
import { type RangeOrder, RangeScan } from "./range-scan.ts";

/** What computes ranges for other servers. */
export interface Scanner {
  /** Ranges that it scans at once. */
  readonly seats: number;
  /** A range to be begun. */
  scan(order: RangeOrder): RangeScan;
}

/** The engine's workers, for other servers. */
export function scannerOn(engine: Engine): Scanner {
  return {
    get seats() {
      return engine.workers;
    },
    scan: (order) => new RangeScan(engine, order),
  };
}
