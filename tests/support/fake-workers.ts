import { sharedMs } from "../../server/engine/shared-clock.ts";
import type {
  Hop,
  Machine,
  Settle,
  Slice,
  SliceResult,
  Trace,
  Workers,
} from "../../server/engine/workers.ts";
import { MatchCollector } from "../../server/kernel/match-list.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { packMatches } from "../../server/matches/pack.ts";

/** A slice that a test moves on by hand. */
export interface FakeSlice extends Slice {
  readonly job: ScanJob;
  tried: number;
  isInterrupted: boolean;
  /** Whether its thread goes on after it has settled. */
  goesOn: boolean;
  /** What its thread notes itself. */
  readonly trace: { -readonly [K in keyof Trace]: Trace[K] };
  /** Brings its result, of so many candidates and no match, by default after the time that a slice should take. */
  finish(tried: number, tookMs?: number, hop?: Hop): void;
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
  readonly #idle: { readonly thread: number }[];

  /** @param usualRate candidates a millisecond, by which the first slices are made */
  constructor(size: number, usualRate = 500) {
    this.size = size;
    this.usualRate = usualRate;
    this.#idle = Array.from({ length: size }, (_, i) => ({ thread: size - i }));
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
      slice.trace.isOver = !slice.goesOn;
      slice.trace.overAtMs = sharedMs();
      settle(result, hop);
    };
    const slice: FakeSlice = {
      job,
      worker,
      tried: 0,
      isInterrupted: false,
      goesOn: false,
      trace: {
        thread: worker.thread,
        isOver: false,
        interruptSeenAtMs: undefined,
        overAtMs: undefined,
      },
      interrupt: () => {
        slice.isInterrupted = true;
        slice.trace.interruptSeenAtMs = sharedMs();
      },
      finish: (tried, tookMs = this.sliceMs, hop) => {
        const matches = packMatches(new MatchCollector().take(), job.start, job.idealDistance);
        leave({ tried, matches, tookMs }, hop);
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
