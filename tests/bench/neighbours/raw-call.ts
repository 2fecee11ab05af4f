import { connect, type Socket } from "node:net";

/** How a caller takes what it is sent: all at once, a little now and then, or only the beginning. */
export type Pace = "fast" | "slow" | "stalled";

export interface RawCallOptions {
  readonly port: number;
  /** The caller's own address, which the server counts it by. */
  readonly from: string;
  /** The whole request. */
  readonly request: Uint8Array;
  readonly pace?: Pace;
  /** Looks at what came; the memory is used again afterwards. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

const slowReadBytes = 16 * 1024;
const slowReadEveryMs = 50;

// More than the head of an answer: a stream of matches is under way.
const flowingBytes = 4096;

/**
 * One call on a connection of its own, of which the answer is dropped as it
 * comes: callers on the same machine must leave the cores to the server.
 */
export class RawCall {
  /** Resolves when a stream is under way, and when the connection closes before. */
  readonly flowing: Promise<void>;
  /** Resolves when the connection is closed, by either end. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #bytes = 0;
  #isStalled = false;
  #slow: NodeJS.Timeout | undefined;

  constructor({ port, from, request, pace = "fast", onBytes }: RawCallOptions) {
    const flowing = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    this.flowing = flowing.promise;
    this.closed = closed.promise;
    const buffer = Buffer.allocUnsafe(pace === "slow" ? slowReadBytes : 256 * 1024);
    const callback = (count: number): boolean => {
      this.#bytes += count;
      onBytes?.(buffer.subarray(0, count));
      if (this.#bytes >= flowingBytes) {
        flowing.resolve();
        if (pace === "stalled") this.#isStalled = true;
      }
      if (pace === "slow") this.#slow = setTimeout(() => this.#socket.resume(), slowReadEveryMs);
      return !this.#isStalled && pace !== "slow";
    };
    this.#socket = connect({
      host: "127.0.0.1",
      port,
      localAddress: from,
      noDelay: true,
      onread: { buffer, callback },
    });
    this.#socket.on("error", () => {});
    this.#socket.once("close", () => {
      clearTimeout(this.#slow);
      flowing.resolve();
      closed.resolve();
    });
    this.#socket.write(request);
  }

  /** Bytes of the answer so far, its head included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reads no more. */
  stall(): void {
    this.#isStalled = true;
    this.#socket.pause();
  }

  /** Leaves as a browser does. */
  hangUp(): void {
    this.#socket.destroy();
  }

  /** Leaves as a process does that dies with unread bytes. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }
}
