import type { IncomingMessage } from "node:http";
import type { Logger } from "pino";
import type { Handler } from "../handler.ts";

/** What every kind is told. */
export interface TransportOptions {
  readonly handler: Handler;
  readonly log: Logger;
  /** How many connections one client may have open at once; 0 for any number. */
  readonly maximumConnectionsPerClient: number;
  /**
   * Whose connection it is, by the address of its other end; undefined when it
   * carries the calls of many clients, as a proxy's does, and is not counted.
   */
  readonly clientOf: (address: string) => string | undefined;
  /** Who sends a request, behind whichever proxies. */
  readonly callerOf: (request: IncomingMessage) => string;
  /** Between two PINGs of an HTTP/2 session; 5 s unless said otherwise. */
  readonly pingEveryMs?: number;
  /** For the headers of a request, and for a TLS handshake; 10 s unless said otherwise. */
  readonly headersMs?: number;
  /** Paths of calls whose callers stream: their bodies may take as long as their handlers let them. */
  readonly streamed?: ReadonlySet<string>;
  /** For a whole request with its body; 12 s unless said otherwise, 0 for callers that stream. */
  readonly requestMs?: number;
}

/** A client that is there sends its headers in one piece. */
export const defaultHeadersMs = 10_000;

/** Longer than the time limit of the calls themselves, which tell their callers what is wrong. */
export const defaultRequestMs = 12_000;
