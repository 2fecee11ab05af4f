import type { RemoteWorkers } from "../../../server/cluster/remote-workers.ts";
import { Engine } from "../../../server/engine/engine.ts";
import type { Settle, Slice } from "../../../server/engine/workers.ts";
import type { ScanJob } from "../../../server/kernel/scan.ts";
import { changedWorkers, remoteWorkersOn } from "../../support/remote-workers.ts";
import { pause } from "../searches.ts";

/** A range that was given to another server. */
export interface Given {
  readonly job: ScanJob;
  readonly atMs: number;
}

/** A coordinator in this process, whose ranges can be followed. */
export class ObservedCoordinator {
  readonly engine: Engine;
  readonly given: Given[] = [];
  /** Ranges of which the server that had them gave no result, not yet given again. */
  readonly lost = new Set<bigint>();
  readonly #workers: RemoteWorkers;

  /** @param urls of scan ports */
  constructor(urls: readonly string[]) {
    this.#workers = remoteWorkersOn(urls).workers;
    this.engine = new Engine(changedWorkers(this.#workers, { run: (job, settle) => this.#run(job, settle) }));
  }

  /** Waits until so many seats are there. */
  async untilSeats(seats: number): Promise<void> {
    while (this.engine.workers < seats) await pause(5);
  }

  /** Waits until so many seats are taken. */
  async untilBusy(seats: number): Promise<void> {
    while (this.engine.busy < seats) await pause(5);
  }

  /** Waits for a range that was given after the time and is as wanted. */
  async untilGiven(afterMs: number, wanted: (job: ScanJob) => boolean): Promise<Given> {
    for (;;) {
      const found = this.given.find(({ atMs, job }) => atMs >= afterMs && wanted(job));
      if (found) return found;
      await pause(2);
    }
  }

  #run(job: ScanJob, settle: Settle): Slice {
    this.given.push({ job, atMs: performance.now() });
    return this.#workers.run(job, (result, hop) => {
      if (!result) this.lost.add(job.start);
      settle(result, hop);
    });
  }
}
