import { createSecureServer, type Http2SecureServer } from "node:http2";
import { Http1Connections } from "./http1-connections.ts";
import { http1Limits, http2Limits } from "./limits.ts";
import { defaultHeadersMs, type TransportOptions } from "./options.ts";
import { pingSessions } from "./pings.ts";
import { requestListener } from "./requests.ts";
import { Sockets } from "./sockets.ts";
import { type Transport, transportOf } from "./transport.ts";
import { refuseUnreadable } from "./unreadable.ts";

/** Certificate and key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** TLS with HTTP/2 and HTTP/1.1 on one port: each connection takes the one that it agrees on in its handshake. */
export function tlsTransport(
  options: TransportOptions,
  { cert, key }: Certificate,
): Transport<Http2SecureServer> {
  const server = createSecureServer(
    {
      cert,
      key,
      allowHTTP1: true,
      handshakeTimeout: options.headersMs ?? defaultHeadersMs,
      http1Options: http1Limits(options),
      ...http2Limits,
    },
    requestListener(options),
  );
  pingSessions(server, options);
  const connections = new Http1Connections(server, "secureConnection");
  refuseUnreadable(server, connections, options);
  return transportOf(server, new Sockets(server, options), connections);
}
