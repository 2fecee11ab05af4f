import type { ServerOptions } from "node:http";
import type { ServerSessionOptions } from "node:http2";
import { defaultHeadersMs, defaultRequestMs, type TransportOptions } from "./options.ts";

// Longer than browsers use an idle connection: a call that is sent just as its
// connection is closed must be sent again.
const idleConnectionMs = 75_000;

/** The time limits of HTTP/1.1, in cleartext and over TLS. */
export function http1Limits({
  headersMs = defaultHeadersMs,
  requestMs = defaultRequestMs,
}: Pick<TransportOptions, "headersMs" | "requestMs">): ServerOptions {
  return {
    keepAliveTimeout: idleConnectionMs,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    // Node looks for late requests so often; with its own 30 s the limits would mean little.
    connectionsCheckingInterval: Math.min(1000, headersMs / 2),
  };
}

/** Of one request over HTTP/2, each field with 32 bytes more, as RFC 9113 reckons; as HTTP/1.1's limit in Node. */
export const maximumHeaderListBytes = 16 * 1024;

/** What one HTTP/2 connection may ask for. */
export const http2Limits = {
  settings: {
    // A caller may have 16 searches and 16 keyed streams; a proxy or a
    // coordinator carries several callers. gRPC's clients wait, or open a second
    // connection, when they have more calls than that, and see no error.
    maxConcurrentStreams: 256,
    // Node holds a client to it only once that has acknowledged it: `requestListener` does before.
    maxHeaderListSize: maximumHeaderListBytes,
  },
  // Calls are cancelled all the time, and many at once when their caller leaves;
  // a client that goes on opening and resetting streams is disconnected.
  streamResetBurst: 1000,
  streamResetRate: 100,
} satisfies ServerSessionOptions;
