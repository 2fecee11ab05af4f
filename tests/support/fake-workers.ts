import type { Hop, Machine, Settle, Slice, SliceResult, Workers } from "../../server/engine/workers.ts";
import { MatchCollector } from "../../server/kernel/match-list.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { packMatches } from "../../server/matches/pack.ts";

/** A slice that a test moves on by hand. */
export interface FakeSlice extends Slice {
  readonly job: ScanJob;
  tried: number;
  isInterrupted: boolean;
  /** Brings its result, of so many candidates and no match. */
  finish(tried: number): void;
  crash(hop?: Hop): void;
}

/** Workers that do only what a test says, when it says so. */
export class FakeWorkers implements Workers, Machine {
  readonly size: number;
  readonly sliceMs = 8;
  readonly usualRate = 500;
  /** Those under way, the earliest first. */
  readonly slices: FakeSlice[] = [];
  readonly #idle: object[];

  constructor(size: number) {
    this.size = size;
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
      finish: (tried) => {
        const matches = packMatches(new MatchCollector().take(), job.start, job.idealDistance);
        leave({ tried, matches, tookMs: this.sliceMs });
      },
      crash: (hop) => leave(undefined, hop),
    };
    this.slices.push(slice);
    return slice;
  }

  onIdle(): void {}

  async close(): Promise<void> {}
}
