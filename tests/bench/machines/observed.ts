import { createGrpcTransport } from "@connectrpc/connect-node";
import { pino } from "pino";
import { RemoteWorkers } from "../../../server/cluster/remote-workers.ts";
import { Upstream } from "../../../server/cluster/upstream.ts";
import { Engine } from "../../../server/engine/engine.ts";
import type { Settle, Slice, Workers } from "../../../server/engine/workers.ts";
import type { ScanJob } from "../../../server/kernel/scan.ts";
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
    const path = ["the bench"];
    const log = pino({ level: "silent" });
    this.#workers = new RemoteWorkers({
      path,
      upstreams: (onReady) => {
        const list = urls.map((url) => {
          const transport = createGrpcTransport({
            baseUrl: url,
            pingIntervalMs: 1000,
            pingTimeoutMs: 1000,
          });
          return new Upstream(url, transport, { path: () => path, seats: undefined, log, onReady });
        });
        return { list, close: () => list.forEach((upstream) => void upstream.close()) };
      },
    });
    this.engine = new Engine(this.#observed());
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

  #observed(): Workers {
    const workers = this.#workers;
    return {
      get size() {
        return workers.size;
      },
      get busy() {
        return workers.busy;
      },
      get next() {
        return workers.next;
      },
      sliceMs: workers.sliceMs,
      onIdle: (listener) => workers.onIdle(listener),
      close: () => workers.close(),
      run: (job, settle) => this.#run(job, settle),
    };
  }

  #run(job: ScanJob, settle: Settle): Slice {
    this.given.push({ job, atMs: performance.now() });
    return this.#workers.run(job, (result, hop) => {
      if (!result) this.lost.add(job.start);
      settle(result, hop);
    });
  }
}
