import type { IncomingMessage, ServerResponse } from "node:http";
import { constants } from "node:http2";
import { setImmediate } from "node:timers/promises";
import { Code, ConnectError, createContextKey, type HandlerContext } from "@connectrpc/connect";
import { FramesAfter } from "./frames-after.ts";
import { http2StreamOf } from "./http2-stream.ts";
import type { Identity } from "./who/identity.ts";

/** One call, as the connection that brought it knows it. */
export class Call {
  readonly identity: Identity;
  /** Messages that go to the connection as they are, for methods that have them encoded already. */
  readonly frames: FramesAfter;
  readonly #response: ServerResponse;
  #isClosed = false;

  constructor(request: IncomingMessage, response: ServerResponse, identity: Identity) {
    this.identity = identity;
    this.frames = new FramesAfter(request.headers["content-type"]);
    this.#response = response;
    response.once("close", () => {
      this.#isClosed = true;
    });
  }

  /** Limits and fair shares are counted by it. */
  get client(): string {
    return this.identity.client;
  }

  /**
   * Whether nobody hears the answer any more. After a reset, a socket of HTTP/1.1
   * goes on taking writes until its `close` event, which needs a turn of the
   * loop; a response of HTTP/2 tells nothing but that event.
   */
  get isLost(): boolean {
    const { destroyed, errored, socket } = this.#response;
    return this.#isClosed || destroyed || Boolean(errored) || socket?.destroyed === true;
  }

  /** Ends the call after the time if it has not ended by then, because its reader does not read. */
  cutAfter(ms: number): void {
    if (this.#isClosed) return;
    const cut = setTimeout(() => {
      const stream = http2StreamOf(this.#response);
      if (stream) stream.close(constants.NGHTTP2_CANCEL);
      else this.#response.destroy();
    }, ms);
    this.#response.once("close", () => clearTimeout(cut));
  }

  /**
   * Sends the headers of a stream now, before its first message is there:
   * without them proxies see silence, and the caller does not know the search's id.
   */
  sendHeaders(headers: Headers): void {
    if (this.#response.headersSent) return;
    // nginx would keep small messages back until there are many.
    headers.set("x-accel-buffering", "no");
    this.#response.writeHead(200, Object.fromEntries(headers));
    this.#response.flushHeaders();
  }
}

/** Why the edge ends a call by itself. */
export class EndedByEdge extends ConnectError {
  /** By the prototype: to ConnectError, whatever looks like one is an instance, of its subclasses too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: the subclass that is asked
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

/** Why a call is ended whose reader is there and takes nothing. */
export class ReaderStalled extends EndedByEdge {
  constructor(ms: number) {
    super(`The reader took nothing for ${ms / 1000} s while there was something to send.`, Code.Canceled);
  }
}

/** Why a call is ended whose token was taken away. */
export class TokenRemoved extends EndedByEdge {
  constructor() {
    super("The token of this call is no longer valid.", Code.Unauthenticated);
  }
}

/** Finds the call in what Connect hands to a method. */
export const callKey = createContextKey<Call | undefined>(undefined, { description: "the call" });

/** The call that a method answers. */
export function callOf({ values }: Pick<HandlerContext, "values">): Call {
  const call = values.get(callKey);
  if (!call) throw new Error("a method was called past the edge");
  return call;
}

/** Why a call's signal aborted. */
export function causeOf(signal: AbortSignal): "deadline" | "cancelled" {
  const { reason } = signal;
  return reason instanceof ConnectError && reason.code === Code.DeadlineExceeded ? "deadline" : "cancelled";
}

/**
 * Puts off the answer to a caller that has left until the releases of all that
 * left with it are done: of 2,000 that leave at once, Connect's end of a call
 * is most of the work, and nobody waits for it.
 */
export async function afterReleases(signal: AbortSignal): Promise<void> {
  if (signal.aborted && causeOf(signal) === "cancelled") await setImmediate();
}

/** Throws what a call whose signal has aborted should be answered with. */
export function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortedError(signal);
}

/** What a call whose signal has aborted should be answered with. */
export function abortedError({ reason }: AbortSignal): ConnectError {
  return reason instanceof ConnectError ? reason : new ConnectError("The call was cancelled.", Code.Canceled);
}
