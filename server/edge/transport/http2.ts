import { createServer, type Http2Server } from "node:http2";
import { http2Limits } from "./limits.ts";
import type { TransportOptions } from "./options.ts";
import { pingSessions } from "./pings.ts";
import { requestListener } from "./requests.ts";
import { Sockets } from "./sockets.ts";
import { type Transport, transportOf } from "./transport.ts";

/** HTTP/2 cleartext, which native gRPC speaks. */
export function http2Transport(options: TransportOptions): Transport<Http2Server> {
  const server = createServer(http2Limits, requestListener(options));
  pingSessions(server, options);
  return transportOf(server, new Sockets(server, options));
}
