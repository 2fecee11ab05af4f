import { createSecureServer, type Http2SecureServer } from "node:http2";
import { http2Limits } from "./limits.ts";
import { defaultHeadersMs, type TransportOptions } from "./options.ts";
import { pingSessions } from "./pings.ts";
import { requestListener } from "./requests.ts";
import { Sockets } from "./sockets.ts";
import { type Certificate, handshakeOf, logRefusedHandshakes } from "./tls.ts";
import { type Transport, transportOf } from "./transport.ts";

/** HTTP/2 over TLS. With an authority, callers without a certificate of it are refused in the handshake. */
export function http2TlsTransport(
  options: TransportOptions,
  certificate: Certificate,
): Transport<Http2SecureServer> {
  const server = createSecureServer(
    {
      ...handshakeOf(certificate),
      handshakeTimeout: options.headersMs ?? defaultHeadersMs,
      ...http2Limits,
    },
    requestListener(options),
  );
  if (certificate.ca !== undefined) logRefusedHandshakes(server, options);
  pingSessions(server, options);
  return transportOf(server, new Sockets(server, options));
}
