import { Departures } from "../calls/departures.ts";
import type { StreamLimits } from "../calls/limits.ts";
import { Refused } from "../calls/refusal.ts";
import { lengthMs, Stream, type StreamCause, type StreamReport } from "./stream.ts";

/** Every keyed stream of the server: admits them, counts them, ends them. */
export class Streams {
  readonly limits: StreamLimits;
  readonly #onEnded: (report: StreamReport) => void;
  readonly #open = new Set<Stream>();
  readonly #departures = new Departures();
  #leaving = false;

  constructor(limits: StreamLimits, onEnded: (report: StreamReport) => void) {
    this.limits = limits;
    this.#onEnded = onEnded;
  }

  /** Streams that are open, of one client or of all. */
  count(client?: string): number {
    return client === undefined ? this.#open.size : this.#of(client).length;
  }

  /**
   * Opens a stream, which the caller ends.
   *
   * @throws Refused
   */
  open(key: string, client: string): Stream {
    this.#admit(client);
    const stream = new Stream(key, client, (report) => {
      clearTimeout(limit);
      this.#open.delete(stream);
      this.#departures.note(performance.now());
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

  /** Ends every stream and opens no more. */
  close(cause: StreamCause): void {
    this.#leaving = true;
    for (const stream of this.#open) stream.end(cause);
  }

  #admit(client: string): void {
    if (this.#leaving) throw new Refused({ why: "shutdown" });
    const { maximumStreamsPerClient, maximumStreams } = this.limits;
    const own = this.#of(client);
    if (maximumStreamsPerClient > 0 && own.length >= maximumStreamsPerClient) {
      const retryAfterMs = this.#nextAfterMs(own);
      throw new Refused({ why: "client full", of: "streams", limit: maximumStreamsPerClient, retryAfterMs });
    }
    if (maximumStreams > 0 && this.#open.size >= maximumStreams) {
      const retryAfterMs = this.#nextAfterMs([...this.#open]);
      throw new Refused({ why: "server full", of: "streams", limit: maximumStreams, retryAfterMs });
    }
  }

  #nextAfterMs(streams: readonly Stream[]): number {
    return this.#departures.nextAfterMs(
      streams.map(({ remainingMs }) => remainingMs),
      0,
    );
  }

  #of(client: string): readonly Stream[] {
    return [...this.#open].filter((stream) => stream.client === client);
  }
}
