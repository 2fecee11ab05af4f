import type { ConnectRouter } from "@connectrpc/connect";
import type { Config } from "./config.ts";
import { onlyAddressed } from "./edge/authority.ts";
import { callHandler, type Handler } from "./edge/handler.ts";
import { http1Transport } from "./edge/transport/http1.ts";
import { http2Transport } from "./edge/transport/http2.ts";
import { http2TlsTransport } from "./edge/transport/http2-tls.ts";
import type { TransportOptions } from "./edge/transport/options.ts";
import { handshakeOf, tlsTransport } from "./edge/transport/tls.ts";
import type { Transport } from "./edge/transport/transport.ts";
import { identifyBy } from "./edge/who/identity.ts";
import type { TokenEntry } from "./edge/who/token-file.ts";
import { Tokens } from "./edge/who/tokens.ts";
import { secured } from "./pages.ts";
import { type Probed, probes } from "./probes.ts";
import type { Reloads } from "./reloads.ts";
import { rpcError } from "./rpc/errors.ts";
import type { Telemetry } from "./telemetry.ts";

export interface PublicPortsOptions {
  /** Adds every service. */
  readonly routes: (router: ConnectRouter) => void;
  readonly page: Handler;
  readonly probed: Probed;
  readonly serverInstance: string;
  /** Aborts, with the error for callers, when calls under way are to end. */
  readonly shutdown: AbortSignal;
  readonly reloads: Reloads;
  readonly telemetry: Telemetry;
  /** What all ports have in common. */
  readonly transport: Omit<TransportOptions, "handler">;
}

/** The page's port, and that of native gRPC. */
export interface PublicPorts {
  readonly web: Transport;
  readonly grpc: Transport;
}

/** The ports of those who search: over TLS where there is a certificate. */
export function publicPorts(config: Config, options: PublicPortsOptions): PublicPorts {
  const { tls, allowedHosts } = config;
  const { probed, reloads, telemetry, transport } = options;
  const { log } = telemetry;
  const handler = calls(config, options);
  const addressed = onlyAddressed(handler, {
    allowedHosts,
    isOverTls: tls !== undefined,
    log,
    observer: telemetry,
  });
  const forWeb = { ...transport, handler: probes(addressed, probed) };
  // Browsers speak no HTTP/2 without TLS: none of their pages reaches the other port, which has
  // whatever name its callers use.
  if (!tls) return { web: http1Transport(forWeb), grpc: http2Transport({ ...transport, handler }) };
  const web = tlsTransport(forWeb, tls.value);
  const grpc = http2TlsTransport({ ...transport, handler: addressed }, tls.value);
  reloads.addCertificate({
    what: "certificate",
    from: tls,
    use: (certificate) => {
      for (const { server } of [web, grpc]) server.setSecureContext(handshakeOf(certificate));
    },
  });
  return { web, grpc };
}

/** Answers calls of those who may call, and else with the page. */
function calls(
  config: Config,
  { routes, page, serverInstance, shutdown, reloads, telemetry }: PublicPortsOptions,
): Handler {
  const handler = callHandler({
    routes,
    toRpcError: (error) => rpcError(error, serverInstance),
    shutdownSignal: shutdown,
    identify: identifyBy({
      trustedProxies: config.trustedProxies,
      tokens: tokensOf(config, reloads),
      isCertified: config.tls?.value.ca !== undefined,
    }),
    log: telemetry.log,
    observer: telemetry,
    fallback: page,
  });
  return secured(handler, { dev: config.dev, hsts: config.hsts });
}

function tokensOf({ tokens: from }: Config, reloads: Reloads): Tokens | undefined {
  if (!from) return undefined;
  const tokens = new Tokens(from.value);
  const use = (entries: readonly TokenEntry[]) => ({
    removed: tokens.replace(entries),
    tokens: tokens.count,
  });
  reloads.add({ what: "tokens", from, use });
  return tokens;
}
