import type { Hop, Machine, Settle, Slice, SliceResult, Workers } from "../../server/engine/workers.ts";
import { MatchCollector } from "../../server/kernel/match-list.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { packMatches } from "../../server/matches/pack.ts";

/** A slice that a test moves on by hand. */
export interface FakeSlice extends Slice {
  readonly job: ScanJob;
  tried: number;
  isInterrupted: boolean;
  /** Brings its result, of so many candidates and no match, by default after the time that a slice should take. */
  finish(tried: number, tookMs?: number): void;
  /** Brings its result with the matches among so many candidates, or up to an ideal one; how many were tried. */
  compute(count: number): number;
  /** @param hop what another server says of it, if one computed it */
  crash(hop?: Hop): void;
}

/** Workers that do only what a test says, when it says so. */
export class FakeWorkers implements Workers, Machine {
  readonly size: number;
  readonly sliceMs = 8;
  readonly usualRate: number;
  /** Those under way, the earliest first. */
  readonly slices: FakeSlice[] = [];
  readonly #idle: object[];

  /** @param usualRate candidates a millisecond, by which the first slices are made */
  constructor(size: number, usualRate = 500) {
    this.size = size;
    this.usualRate = usualRate;
    this.#idle = Array.from({ length: size }, () => ({}));
  }

  get busy(): number {
    return this.slices.length;
  }

  get next(): Machine | undefined {
    return this.busy < this.size ? this : undefined;
  }

  run(job: ScanJob, settle: Settle): Slice {
    const worker = this.#idle.pop();
    if (!worker) throw new Error("cannot run a scan: every worker is busy");
    const leave = (result: SliceResult | undefined, hop?: Hop): void => {
      this.slices.splice(this.slices.indexOf(slice), 1);
      this.#idle.push(worker);
      settle(result, hop);
    };
    const slice: FakeSlice = {
      job,
      worker,
      tried: 0,
      isInterrupted: false,
      interrupt: () => {
        slice.isInterrupted = true;
      },
      finish: (tried, tookMs = this.sliceMs) => {
        leave({
          tried,
          matches: packMatches(new MatchCollector().take(), job.start, job.idealDistance),
          tookMs,
        });
      },
      compute: (count) => {
        const { tried, matches } = scanPlainly({ ...job, count }, () => false);
        leave({ tried, matches: packMatches(matches, job.start, job.idealDistance), tookMs: this.sliceMs });
        return tried;
      },
      crash: (hop) => leave(undefined, hop),
    };
    this.slices.push(slice);
    return slice;
  }

  onIdle(): void {}

  async close(): Promise<void> {}
}
