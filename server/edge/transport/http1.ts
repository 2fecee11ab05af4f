import { createServer, type Server } from "node:http";
import { Http1Connections } from "./http1-connections.ts";
import { http1Limits } from "./limits.ts";
import type { TransportOptions } from "./options.ts";
import { requestListener } from "./requests.ts";
import { Sockets } from "./sockets.ts";
import { type Transport, transportOf } from "./transport.ts";
import { refuseUnreadable } from "./unreadable.ts";

/** HTTP/1.1 cleartext. */
export function http1Transport(options: TransportOptions): Transport<Server> {
  const server = createServer(http1Limits(options), requestListener(options));
  const connections = new Http1Connections(server, "connection");
  refuseUnreadable(server, connections, options);
  return transportOf(server, new Sockets(server, options), connections);
}
