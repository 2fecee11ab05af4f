import type { Machine, Settle, Slice, SliceJob, Workers } from "../engine/workers.ts";
import { hopSpan } from "../tracing/hop-span.ts";
import { RemoteSlice } from "./remote-slice.ts";
import type { Upstream } from "./upstream.ts";
import type { Upstreams } from "./upstreams.ts";

// A call and its way take about a millisecond: of 300 ms it is little, and a
// newcomer waits no longer than that for the first free seat.
const sliceMs = 300;
const shortestDeadlineMs = 5000;
// gRPC writes a deadline in at most eight digits, and in whole milliseconds. Its own
// implementations refuse calls that say it otherwise.
const longestDeadlineMs = 99_999_999;
// Beyond four times the expected time something is wrong.
const patience = 4;

export interface RemoteWorkersOptions {
  /** The servers through which calls of this one come, itself last. */
  readonly path: readonly string[];
  /** Makes the upstreams; they call back when they have seats. */
  readonly upstreams: (onReady: () => void) => Pick<Upstreams, "list" | "close">;
}

/** Other servers as workers: each of their seats takes one range at a time. */
export class RemoteWorkers implements Workers {
  readonly sliceMs = sliceMs;
  readonly #found: Pick<Upstreams, "list" | "close">;
  readonly #path: readonly string[];
  #onIdle: () => void = () => {};

  constructor({ path, upstreams }: RemoteWorkersOptions) {
    this.#path = path;
    this.#found = upstreams(() => this.#onIdle());
  }

  /** As of now: they come and go. */
  get #upstreams(): readonly Upstream[] {
    return this.#found.list;
  }

  get size(): number {
    return this.#upstreams.reduce((sum, { seats }) => sum + seats, 0);
  }

  get busy(): number {
    return this.#upstreams.reduce((sum, { running }) => sum + running, 0);
  }

  get next(): Machine | undefined {
    return this.#freest();
  }

  /** Of all servers that this one computes through. */
  get instances(): readonly string[] {
    return this.#upstreams.flatMap(({ instances }) => instances);
  }

  onIdle(listener: () => void): void {
    this.#onIdle = listener;
  }

  run(job: SliceJob, settle: Settle): Slice {
    const upstream = this.#freest();
    if (!upstream) throw new Error("cannot run a scan: no upstream has a free seat");
    const seat = upstream.take();
    // One that has not measured itself is given what a slice should take.
    const expectedMs = upstream.ratePerSeat > 0 ? job.count / upstream.ratePerSeat : sliceMs;
    return new RemoteSlice({
      scanner: upstream.scanner,
      worker: seat,
      job,
      path: [...(job.path ?? []), ...this.#path],
      client: this.#path.at(-1) ?? "",
      // gRPC writes whole milliseconds.
      deadlineMs: Math.ceil(Math.min(longestDeadlineMs, Math.max(shortestDeadlineMs, patience * expectedMs))),
      span: hopSpan(job.trace, { upstream: upstream.url, start: job.start, count: job.count }),
      settle,
      onEnd: (failure) => upstream.giveBack(seat, failure),
    });
  }

  async close(): Promise<void> {
    this.#found.close();
  }

  /** The upstream with the largest share of its seats free. */
  #freest(): Upstream | undefined {
    let freest: Upstream | undefined;
    // All of its seats are taken: it is not free.
    let least = 1;
    for (const upstream of this.#upstreams) {
      const { running, seats } = upstream;
      if (running < least * seats) {
        freest = upstream;
        least = running / seats;
      }
    }
    return freest;
  }
}
