import { createSecureServer, type Http2SecureServer } from "node:http2";
import { http2Limits } from "./limits.ts";
import { defaultHeadersMs, type TransportOptions } from "./options.ts";
import { pingSessions } from "./pings.ts";
import { requestListener } from "./requests.ts";
import { Sockets } from "./sockets.ts";
import type { Certificate } from "./tls.ts";
import { type Transport, transportOf } from "./transport.ts";

/** Who a server is, and by whom those on the other end must be certified; all in PEM. */
export interface MutualCertificate extends Certificate {
  readonly ca: string;
}

/** HTTP/2 over TLS for callers with a certificate of that authority; all others are refused in the handshake. */
export function mutualTlsTransport(
  options: TransportOptions,
  { cert, key, ca }: MutualCertificate,
): Transport<Http2SecureServer> {
  const server = createSecureServer(
    {
      cert,
      key,
      ca,
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: options.headersMs ?? defaultHeadersMs,
      ...http2Limits,
    },
    requestListener(options),
  );
  server.on("tlsClientError", (error, { remoteAddress }) =>
    options.log.warn({ address: remoteAddress, reason: error.message }, "a connection is refused: TLS"),
  );
  pingSessions(server, options);
  return transportOf(server, new Sockets(server, options));
}
