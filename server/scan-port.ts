import { hostname } from "node:os";
import { Health } from "../proto/gen/grpc/health/v1/health_pb.ts";
import { ScanService } from "../proto/gen/hash_name/v1/scan_pb.ts";
import type { Config } from "./config.ts";
import type { CallObserver } from "./edge/call-observer.ts";
import { callHandler } from "./edge/handler.ts";
import { http2Transport } from "./edge/transport/http2.ts";
import { http2TlsTransport } from "./edge/transport/http2-tls.ts";
import type { TransportOptions } from "./edge/transport/options.ts";
import { handshakeOf } from "./edge/transport/tls.ts";
import type { Transport } from "./edge/transport/transport.ts";
import { identifyBy } from "./edge/who/identity.ts";
import type { Engine } from "./engine/engine.ts";
import type { Reloads } from "./reloads.ts";
import { rpcError } from "./rpc/errors.ts";
import { health } from "./rpc/health.ts";
import { type ScannerIdentity, scans } from "./rpc/scans.ts";
import { scannerOn } from "./scans/scanner.ts";

// Between two PINGs to a server that this one computes for: one that freezes is
// found out after two, and what it asked for stops.
const scanPingMs = 500;

export interface ScanPortOptions extends Omit<ScannerIdentity, "serverName" | "leaving"> {
  readonly engine: Engine;
  /** Aborts when the server is told to leave: balancers hear it while calls still get answers. */
  readonly leaving: AbortSignal;
  /** Aborts when ranges under way are to be handed back. */
  readonly shutdown: AbortSignal;
  readonly observer?: CallObserver;
  readonly reloads: Reloads;
  /** What all ports have in common. */
  readonly transport: Omit<TransportOptions, "handler">;
}

/** Where this server computes for others: its own port, never the public one. */
export function scanPort(
  { scanTls, limits }: Pick<Config, "scanTls" | "limits">,
  { engine, leaving, shutdown, observer, reloads, transport, ...identity }: ScanPortOptions,
): Transport {
  const options = {
    ...transport,
    handler: callHandler({
      routes: (router) => {
        router.service(Health, health({ services: [ScanService.typeName], leaving, watchLimits: limits }));
        router.service(
          ScanService,
          scans(scannerOn(engine), {
            ...identity,
            serverName: `${hostname()}:${process.pid}`,
            leaving: shutdown,
          }),
        );
      },
      toRpcError: (error) => rpcError(error, identity.serverInstance),
      // They end by themselves once they have handed back what was tried.
      shutdownSignal: new AbortController().signal,
      // Whom the authority has not certified was refused in the handshake.
      identify: identifyBy({ trustedProxies: [] }),
      log: transport.log,
      ...(observer && { observer }),
      fallback: (_request, response) => response.writeHead(404).end(),
    }),
    // Its callers are servers, which stream for as long as a range takes.
    maximumConnectionsPerClient: 0,
    requestMs: 0,
    pingEveryMs: scanPingMs,
  };
  if (!scanTls) return http2Transport(options);
  const port = http2TlsTransport(options, scanTls.value);
  reloads.addCertificate({
    what: "scan certificate",
    from: scanTls,
    use: (certificate) => port.server.setSecureContext(handshakeOf(certificate)),
  });
  return port;
}
