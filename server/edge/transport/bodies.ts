import { constants, type ServerHttp2Stream } from "node:http2";
import { Tally } from "./tally.ts";

/** How many requests of one client may be without their whole body at once. */
const maximumPerClient = 256;

/**
 * The HTTP/2 requests whose bodies are still to come. Node has a time limit for
 * HTTP/1.1 only, where the number of connections is their bound as well.
 */
export class Bodies {
  readonly #limitMs: number;
  readonly #pending = new Tally();

  /** @param limitMs 0: none, for a port whose callers stream */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /**
   * Waits for the body of a request, and resets its stream when it is late.
   *
   * @param isTimed false: as long as the call itself lets it take
   * @returns false when the client has too many such; the stream is refused then
   */
  expect(stream: ServerHttp2Stream, client: string, isTimed: boolean): boolean {
    if (stream.endAfterHeaders) return true;
    if (this.#pending.of(client) >= maximumPerClient) {
      // This code says that nothing was done with the request, so that it may be sent again.
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return false;
    }
    this.#pending.add(client);
    const late =
      isTimed && this.#limitMs > 0
        ? setTimeout(() => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM), this.#limitMs)
        : undefined;
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(late);
      this.#pending.remove(client);
    };
    stream.once("end", over);
    stream.once("close", over);
    return true;
  }
}
