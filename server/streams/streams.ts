import { Admission } from "../calls/admission.ts";
import type { StreamLimits } from "../calls/limits.ts";
import { lengthMs, Stream, type StreamCause, type StreamReport } from "./stream.ts";

/** Every keyed stream of the server: admits them, counts them, ends them. */
export class Streams {
  readonly limits: StreamLimits;
  readonly #onEnded: (report: StreamReport) => void;
  readonly #open = new Set<Stream>();
  readonly #admission: Admission;

  constructor(limits: StreamLimits, onEnded: (report: StreamReport) => void) {
    this.limits = limits;
    this.#onEnded = onEnded;
    const { maximumStreamsPerClient: perClient, maximumStreams: inAll } = limits;
    this.#admission = new Admission({ of: "streams", perClient, inAll, waiting: 0 });
  }

  /** Streams that are open, of one client or of all. */
  count(client?: string): number {
    return this.#admission.running(client);
  }

  /**
   * Opens a stream, which the caller ends.
   *
   * @throws Refused
   */
  open(key: string, client: string): Stream {
    const place = this.#admission.enter(client, { remainingMs: () => stream.remainingMs });
    const stream = new Stream(key, client, (report) => {
      clearTimeout(limit);
      this.#open.delete(stream);
      place.leave();
      this.#onEnded(report);
    });
    // For readers that have stopped, but not left. A limit that is short for
    // searches must not cut a stream that is read.
    const { maximumTimeMs } = this.limits;
    const limitMs = Math.max(maximumTimeMs, 2 * lengthMs);
    const limit = maximumTimeMs > 0 ? setTimeout(() => stream.end("deadline"), limitMs) : undefined;
    this.#open.add(stream);
    return stream;
  }

  /** Opens no more; those that are open go on. */
  refuseNew(): void {
    this.#admission.close();
  }

  /** Ends every stream and opens no more. */
  close(cause: StreamCause): void {
    this.refuseNew();
    for (const stream of this.#open) stream.end(cause);
  }
}
