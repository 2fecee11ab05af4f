import { createSecureServer, type Http2SecureServer, type SecureServerOptions } from "node:http2";
import { Http1Connections } from "./http1-connections.ts";
import { http1Limits, http2Limits } from "./limits.ts";
import { defaultHeadersMs, type TransportOptions } from "./options.ts";
import { pingSessions } from "./pings.ts";
import { requestListener } from "./requests.ts";
import { Sockets } from "./sockets.ts";
import { type Transport, transportOf } from "./transport.ts";
import { refuseUnreadable } from "./unreadable.ts";

/** Certificate and key, in PEM, and the authority by which those on the other end must be certified, if any. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** Who a server is, and by whom those on the other end must be certified. */
export interface MutualCertificate extends Certificate {
  readonly ca: string;
}

/** TLS with HTTP/2 and HTTP/1.1 on one port: each connection takes the one that it agrees on in its handshake. */
export function tlsTransport(
  options: TransportOptions,
  certificate: Certificate,
): Transport<Http2SecureServer> {
  const server = createSecureServer(
    {
      ...handshakeOf(certificate),
      allowHTTP1: true,
      handshakeTimeout: options.headersMs ?? defaultHeadersMs,
      http1Options: http1Limits(options),
      ...http2Limits,
    },
    requestListener(options),
  );
  if (certificate.ca !== undefined) logRefusedHandshakes(server, options);
  pingSessions(server, options);
  const connections = new Http1Connections(server, "secureConnection");
  refuseUnreadable(server, connections, options);
  return transportOf(server, new Sockets(server, options), connections);
}

/** What a server shows in the handshake, and asks for. */
export function handshakeOf(certificate: Certificate): SecureServerOptions {
  const isMutual = certificate.ca !== undefined;
  return { ...certificate, requestCert: isMutual, rejectUnauthorized: isMutual };
}

/** Says whom the handshake refuses, where it refuses by certificates. */
export function logRefusedHandshakes(
  server: Http2SecureServer,
  { log }: Pick<TransportOptions, "log">,
): void {
  server.on("tlsClientError", (error, { remoteAddress }) =>
    log.warn({ address: remoteAddress, reason: error.message }, "a connection is refused: TLS"),
  );
}
