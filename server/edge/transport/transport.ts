import type { AddressInfo, Server } from "node:net";
import type { Http1Connections } from "./http1-connections.ts";
import type { Sockets } from "./sockets.ts";

/**
 * A port with its connections. There are four kinds, each made by its own
 * function: HTTP/1.1 cleartext, HTTP/2 cleartext, TLS with both, and HTTP/2 over
 * TLS for callers with a certificate.
 */
export interface Transport<AServer extends Server = Server> {
  readonly server: AServer;
  /** The port it listens on. */
  readonly port: number;
  /** Connections that are open. */
  readonly connections: number;
  /** @throws the platform's error, such as EADDRINUSE */
  listen(host: string, port: number): Promise<void>;
  /** Takes no more connections, lets the calls under way finish for a time, then cuts every connection. */
  close(drainMs: number): Promise<void>;
}

/** Puts the parts of a transport together; HTTP/2 sessions are closed by their server. */
export function transportOf<AServer extends Server>(
  server: AServer,
  sockets: Sockets,
  http1?: Http1Connections,
): Transport<AServer> {
  return {
    server,
    get port() {
      return (server.address() as AddressInfo).port;
    },
    get connections() {
      return sockets.size;
    },
    listen: (host, port) => listen(server, host, port),
    async close(drainMs) {
      const { promise, resolve } = Promise.withResolvers<void>();
      // Calls back once every connection is closed. HTTP/2 sessions are told to
      // finish their streams and take no new ones.
      server.close(() => resolve());
      http1?.close();
      const cut = setTimeout(() => sockets.cut(), drainMs);
      await promise;
      clearTimeout(cut);
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host, () => resolve());
  await promise;
  server.off("error", reject);
}
