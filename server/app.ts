import { randomUUID, X509Certificate } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import { availableParallelism } from "node:os";
import { setImmediate, setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import type { Logger } from "pino";
import { Refused } from "./calls/refusal.ts";
import type { Config } from "./config.ts";
import { ActiveCalls } from "./edge/active-calls.ts";
import { onlyAddressed } from "./edge/authority.ts";
import { clientOf, connectionClientOf } from "./edge/client.ts";
import { callHandler, type Handler } from "./edge/handler.ts";
import { LoopWatch } from "./edge/loop-watch.ts";
import { http1Transport } from "./edge/transport/http1.ts";
import { http2Transport } from "./edge/transport/http2.ts";
import { http2TlsTransport } from "./edge/transport/http2-tls.ts";
import type { TransportOptions } from "./edge/transport/options.ts";
import { handshakeOf, tlsTransport } from "./edge/transport/tls.ts";
import type { Transport } from "./edge/transport/transport.ts";
import { identifyBy } from "./edge/who/identity.ts";
import type { TokenEntry } from "./edge/who/token-file.ts";
import { Tokens } from "./edge/who/tokens.ts";
import { Engine } from "./engine/engine.ts";
import { ThreadPool } from "./engine/thread-pool.ts";
import { chooseKernel } from "./kernel/choose.ts";
import { type KernelName, revectorizeFlag } from "./kernel/kernels.ts";
import { labOf } from "./lab-servers.ts";
import { leavingTimes } from "./leaving.ts";
import { Metrics } from "./metrics/metrics.ts";
import { metricsPort, sourcesOf } from "./metrics-port.ts";
import { builtPage, livePage, secured } from "./pages.ts";
import { probes } from "./probes.ts";
import { quotaStoreOf } from "./quota-store.ts";
import { Quotas } from "./quotas/quotas.ts";
import { Reloads } from "./reloads.ts";
import { rpcError, shutdownError } from "./rpc/errors.ts";
import { reflectionPaths } from "./rpc/reflection.ts";
import { services } from "./rpc/services.ts";
import { scanPort } from "./scan-port.ts";
import { endedLine } from "./search/ended-line.ts";
import { Searches } from "./search/searches.ts";
import { Streams } from "./streams/streams.ts";
import { upstreamWorkers } from "./upstream-workers.ts";

// In megabytes. V8's own 16 and more let the main thread and each worker keep tens
// of megabytes of garbage: a process that answered 2,500 searches had 239 MB
// instead of 211, at the same speed.
const smallNurseriesFlag = "--max-semi-space-size=4";

const lastScrapeMs = 50;

/** The running server. */
export interface App {
  readonly port: number;
  readonly grpcPort: number;
  /** Where it computes for other servers, if it does. */
  readonly scanPort: number | undefined;
  /** Of the metrics, if there are any. */
  readonly metricsPort: number | undefined;
  /** What the workers compute with, and how fast each is where that was measured. */
  readonly kernel: { readonly name: KernelName; readonly hashesPerSecond?: number };
  /** Reads tokens and certificates again; undefined where there are none. */
  readonly reload: (() => void) | undefined;
  /** Tells every caller, then ends. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts everything in one process: page and calls on the web port, native gRPC
 * on its own.
 *
 * @throws the platform's error when a port cannot be had
 * @throws ConfigError when the quota store cannot be used
 */
export async function startApp(config: Config, log: Logger): Promise<App> {
  const quotas = new Quotas(config.quotas.limits, await quotaStoreOf(config.quotas, log));
  // Before any thread is made: both hold for the whole process.
  setFlagsFromString(revectorizeFlag);
  setFlagsFromString(smallNurseriesFlag);
  const kernel = chosenKernel(config, log);
  const serverInstance = randomUUID();
  const threads = new ThreadPool({
    size: config.workers,
    kernel: kernel.name,
    onCrash: (error) => {
      log.error({ err: error }, "a worker thread crashed");
      metrics?.workerCrashed();
    },
  });
  const remote = upstreamWorkers(config, { serverInstance, log });
  const engine = new Engine(threads, remote);
  const searches = new Searches(engine, config.limits, (report, end) => {
    metrics?.searchEnded(report);
    log.info(endedLine(report, end), "search ended");
  });
  const streams = new Streams(config.limits, ({ key, ...report }) => {
    metrics?.streamEnded(report.cause);
    // What people type, names and keys alike, is theirs: only a debug log has it.
    log.info(log.isLevelEnabled("debug") ? { key, ...report } : report, "stream ended");
  });
  const lab = config.lab ? labOf({ engine, serverInstance, log }) : undefined;
  const tokens = config.tokens && new Tokens(config.tokens.value);
  const leaving = new AbortController();
  const shutdown = new AbortController();
  const probed = { leaving: leaving.signal, workers: () => engine.workers };
  const active = new ActiveCalls();
  const loop = new LoopWatch();
  // The page's handler is there only once the server is: Vite's updates need it.
  let page: Handler = (_request, response) => response.writeHead(503).end();
  const handler = secured(
    callHandler({
      routes: services({
        searches,
        streams,
        quotas,
        watchLimits: config.limits,
        serverInstance,
        expectedHashesPerSecond: expectedTogether(kernel, config.workers),
        leaving: leaving.signal,
        lab,
        log,
      }),
      toRpcError: (error) => {
        if (error instanceof Refused) metrics?.refused(error.refusal);
        return rpcError(error, serverInstance);
      },
      active,
      shutdownSignal: shutdown.signal,
      identify: identifyBy({
        trustedProxies: config.trustedProxies,
        tokens,
        isCertified: config.tls?.value.ca !== undefined,
      }),
      log,
      fallback: (request, response) => page(request, response),
    }),
    { dev: config.dev, hsts: config.hsts },
  );
  const ports = {
    log,
    streamed: reflectionPaths,
    maximumConnectionsPerClient: config.maximumConnectionsPerClient,
    clientOf: (address: string) => connectionClientOf(address, config.trustedProxies),
    callerOf: (request: IncomingMessage) => clientOf(request, config.trustedProxies),
  };
  const addressing = { allowedHosts: config.allowedHosts, isOverTls: config.tls !== undefined, log };
  const addressed = onlyAddressed(handler, addressing);
  const fromBrowsers = { ...ports, handler: probes(addressed, probed) };
  // Browsers speak no HTTP/2 without TLS, so none of their pages reaches that port then.
  const fromOthers = { ...ports, handler: config.tls ? addressed : handler };
  const reloads = new Reloads(log);
  const { web, grpc } = publicPorts(config, { fromBrowsers, fromOthers, reloads });
  if (config.tokens && tokens) {
    const use = (entries: readonly TokenEntry[]) => ({
      removed: tokens.replace(entries),
      tokens: tokens.count,
    });
    reloads.add({ what: "tokens", from: config.tokens, use });
  }
  const scan = scanPort(config, {
    engine,
    serverInstance,
    expectedHashesPerSecond: expectedTogether(kernel, config.workers),
    upstreamInstances: () => remote.instances,
    leaving: leaving.signal,
    shutdown: shutdown.signal,
    active,
    transport: ports,
  });
  const metrics =
    config.metricsPort === undefined
      ? undefined
      : new Metrics(
          sourcesOf({
            kernel: kernel.name,
            probed,
            engine,
            searches,
            streams,
            active,
            loop,
            ports: { page: web, grpc, scan },
          }),
        );
  const figures = metrics && metricsPort({ metrics, allowedHosts: config.allowedHosts, log });
  const live = config.dev ? await livePage(web.server as Server) : undefined;
  page = live?.handler ?? builtPage();

  const { servedMs, lastWordsMs } = leavingTimes(config.leavingMs);
  /** Balancers hear it; what runs goes on for a while, and nothing new is begun. */
  const leave = async (): Promise<void> => {
    leaving.abort();
    log.info({ withinMs: config.leavingMs }, "the server is leaving");
    searches.refuseNew();
    streams.refuseNew();
    lab?.rehearsals.refuseNew();
    if (servedMs > 0) await setTimeout(servedMs);
  };
  const close = async (): Promise<void> => {
    reloads.close();
    // First searches and streams, so that shutdown is their cause, and those who wait
    // for a report have it; then all other calls.
    const searchesEnded = searches.close("shutdown");
    streams.close("shutdown");
    const rehearsalsEnded = lab?.rehearsals.close(shutdownError());
    const portsClosed = [web, grpc, scan].map((port) => port.close(lastWordsMs));
    await Promise.race([
      searchesEnded.then(() => setImmediate()),
      setTimeout(lastWordsMs / 2, undefined, { ref: false }),
    ]);
    shutdown.abort(shutdownError());
    await Promise.all([searchesEnded, rehearsalsEnded, ...portsClosed, live?.vite.close()]);
    quotas.close();
    // Read until the end; a scrape takes some milliseconds.
    await figures?.close(lastScrapeMs);
    await engine.close();
  };
  try {
    await web.listen(config.host, config.port);
    await grpc.listen(config.host, config.grpcPort);
    if (config.scanPort !== undefined) await scan.listen(config.scanHost, config.scanPort);
    if (config.metricsPort !== undefined) await figures?.listen(config.metricsHost, config.metricsPort);
  } catch (error) {
    await close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  return {
    port: web.port,
    grpcPort: grpc.port,
    scanPort: config.scanPort === undefined ? undefined : scan.port,
    metricsPort: figures?.port,
    kernel,
    reload: reloads.isEmpty ? undefined : () => reloads.now(),
    close: () => {
      closed ??= leave()
        .then(close)
        .then(() => {
          loop.close();
          log.info({ longestTurnMs: loop.longestTurnMs }, "the server has stopped");
        });
      return closed;
    },
  };
}

interface PublicPorts {
  readonly fromBrowsers: TransportOptions;
  readonly fromOthers: TransportOptions;
  readonly reloads: Reloads;
}

/** The page's port and that of native gRPC, over TLS where there is a certificate. */
function publicPorts(
  { tls }: Config,
  { fromBrowsers, fromOthers, reloads }: PublicPorts,
): { readonly web: Transport; readonly grpc: Transport } {
  if (!tls) return { web: http1Transport(fromBrowsers), grpc: http2Transport(fromOthers) };
  const web = tlsTransport(fromBrowsers, tls.value);
  const grpc = http2TlsTransport(fromOthers, tls.value);
  reloads.add({
    what: "certificate",
    from: tls,
    use: (certificate) => {
      // Connections that are open keep the one that they began with.
      for (const { server } of [web, grpc]) server.setSecureContext(handshakeOf(certificate));
      return { validTo: new X509Certificate(certificate.cert).validToDate };
    },
  });
  return { web, grpc };
}

/** The kernel asked for, or the fastest that is right on this machine. */
function chosenKernel({ kernel }: Config, log: Logger): App["kernel"] {
  if (kernel !== "auto") return { name: kernel };
  const { name, hashesPerSecond, rejected } = chooseKernel();
  for (const { name: wrong, reason } of rejected) {
    log.error({ kernel: wrong, reason }, "a kernel is not used: it does not agree with the reference");
  }
  return { name, hashesPerSecond };
}

/** Hashes a second of all workers; those beyond the cores add nothing. 0: not measured. */
function expectedTogether({ hashesPerSecond = 0 }: App["kernel"], workers: number): number {
  return hashesPerSecond * Math.min(workers, availableParallelism());
}
