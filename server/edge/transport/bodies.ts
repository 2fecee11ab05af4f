import { constants, type ServerHttp2Stream } from "node:http2";

/** How many requests of one client may be without their whole body at once. */
const maximumPerClient = 256;

/**
 * The HTTP/2 requests whose bodies are still to come. Node has a time limit for
 * HTTP/1.1 only, where the number of connections is their bound as well.
 */
export class Bodies {
  readonly #limitMs: number;
  readonly #perClient = new Map<string, number>();

  /** @param limitMs 0: none, for a port whose callers stream */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /**
   * Waits for the body of a request of a client (undefined: of one that is not
   * counted), and resets its stream when it is late.
   *
   * @returns false when the client has too many such; the stream is refused then
   */
  expect(stream: ServerHttp2Stream, client: string | undefined): boolean {
    if (stream.endAfterHeaders) return true;
    const count = client === undefined ? 0 : (this.#perClient.get(client) ?? 0);
    if (count >= maximumPerClient) {
      // It was not looked at: the client may send it again.
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return false;
    }
    if (client !== undefined) this.#perClient.set(client, count + 1);
    const late =
      this.#limitMs > 0
        ? setTimeout(() => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM), this.#limitMs)
        : undefined;
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(late);
      if (client !== undefined) this.#remove(client);
    };
    stream.once("end", over);
    stream.once("close", over);
    return true;
  }

  #remove(client: string): void {
    const left = (this.#perClient.get(client) ?? 1) - 1;
    if (left > 0) this.#perClient.set(client, left);
    else this.#perClient.delete(client);
  }
}
