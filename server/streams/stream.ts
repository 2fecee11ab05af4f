import { messageEveryMs, messagesOfStream } from "../../proto/bounds.ts";
import { pause } from "../calls/abort.ts";

/** From the first message to the last, for a reader that keeps up. */
export const lengthMs = (messagesOfStream - 1) * messageEveryMs;

/** Why a stream ended. Exactly one, the first. */
export type StreamCause = "done" | "cancelled" | "deadline" | "shutdown";

/** How a stream ended. */
export interface StreamReport {
  readonly key: string;
  readonly client: string;
  readonly cause: StreamCause;
  /** Messages handed to the connection. */
  readonly messages: number;
  readonly elapsedMs: number;
}

/** Thrown to the reader of a stream that ended before its last message. */
export class StreamEnded extends Error {
  override readonly cause: StreamCause;

  constructor(cause: StreamCause) {
    super(`the stream has ended: ${cause}`);
    this.name = "StreamEnded";
    this.cause = cause;
  }
}

/** The ten messages of a key, one a second, until something ends it. */
export class Stream {
  readonly key: string;
  readonly client: string;
  readonly #startedAtMs = performance.now();
  readonly #onEnded: (report: StreamReport) => void;
  readonly #life = new AbortController();
  #messages = 0;

  /** @param onEnded is called once, when the first cause is there */
  constructor(key: string, client: string, onEnded: (report: StreamReport) => void) {
    this.key = key;
    this.client = client;
    this.#onEnded = onEnded;
  }

  /** When it will be done at the latest if its reader reads. */
  get remainingMs(): number {
    const endsAtMs = this.#startedAtMs + lengthMs;
    return Math.max(0, endsAtMs - performance.now());
  }

  /**
   * Ends it, for the first cause that comes. All that it holds is released here
   * and now, whether or not its messages are ever asked for again.
   */
  end(cause: StreamCause): void {
    if (this.#life.signal.aborted) return;
    this.#life.abort(new StreamEnded(cause));
    const { key, client } = this;
    const elapsedMs = Math.round(performance.now() - this.#startedAtMs);
    this.#onEnded({ key, client, cause, messages: this.#messages, elapsedMs });
  }

  /**
   * The messages, the first at once.
   *
   * @throws StreamEnded as soon as it ends before the last one is read
   */
  async *messages(): AsyncGenerator<string, void, void> {
    const { signal } = this.#life;
    for (let progress = 1; progress <= messagesOfStream; progress++) {
      if (progress > 1) await pause(messageEveryMs, signal);
      signal.throwIfAborted();
      this.#messages = progress;
      yield `key: ${this.key}, progress: ${"+".repeat(progress)}`;
    }
    this.end("done");
  }
}
