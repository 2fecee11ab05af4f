import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Logger } from "pino";
import { type ChosenKernel, computing } from "./computing.ts";
import type { Config } from "./config.ts";
import { clientOf, connectionClientOf } from "./edge/client.ts";
import type { Handler } from "./edge/handler.ts";
import { labOf } from "./lab-servers.ts";
import { leavingTimes } from "./leaving.ts";
import { Metrics } from "./metrics/metrics.ts";
import { metricsPort } from "./metrics-port.ts";
import { builtPage, livePage } from "./pages.ts";
import { unready } from "./probes.ts";
import { publicPorts } from "./public-ports.ts";
import { quotaStoreOf } from "./quota-store.ts";
import { Quotas } from "./quotas/quotas.ts";
import { Reloads } from "./reloads.ts";
import { shutdownError } from "./rpc/errors.ts";
import { reflectionPaths } from "./rpc/reflection.ts";
import { services } from "./rpc/services.ts";
import { scanPort } from "./scan-port.ts";
import { Searches } from "./search/searches.ts";
import { Streams } from "./streams/streams.ts";
import { Telemetry } from "./telemetry.ts";

const lastScrapeMs = 50;

/** The running server. */
export interface App {
  readonly port: number;
  readonly grpcPort: number;
  /** Where it computes for other servers, if it does. */
  readonly scanPort: number | undefined;
  /** Of the metrics, if there are any. */
  readonly metricsPort: number | undefined;
  readonly kernel: ChosenKernel;
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
  const telemetry = new Telemetry(log, config.metricsPort === undefined ? undefined : new Metrics());
  const serverInstance = randomUUID();
  const reloads = new Reloads(log);
  const [leaving, shutdown] = [new AbortController(), new AbortController()];

  const { engine, kernel, expectedHashesPerSecond, upstreamInstances } = computing(config, {
    serverInstance,
    reloads,
    telemetry,
  });
  const searches = new Searches(engine, config.limits, (report, end) => telemetry.searchEnded(report, end));
  const streams = new Streams(config.limits, (report) => telemetry.streamEnded(report));
  const lab = config.lab ? labOf({ engine, serverInstance, telemetry }) : undefined;

  const probed = { leaving: leaving.signal, workers: () => engine.workers };
  const transport = {
    log,
    streamed: reflectionPaths,
    maximumConnectionsPerClient: config.maximumConnectionsPerClient,
    clientOf: (address: string) => connectionClientOf(address, config.trustedProxies),
    callerOf: (request: IncomingMessage) => clientOf(request, config.trustedProxies),
  };
  // The page's handler is there only once the server is: Vite's updates need it.
  let page: Handler = (_request, response) => response.writeHead(503).end();
  const { web, grpc } = publicPorts(config, {
    routes: services({
      searches,
      streams,
      quotas,
      watchLimits: config.limits,
      serverInstance,
      expectedHashesPerSecond,
      leaving: leaving.signal,
      lab,
      log,
    }),
    page: (request, response) => page(request, response),
    probed,
    serverInstance,
    shutdown: shutdown.signal,
    reloads,
    telemetry,
    transport,
  });
  const scan = scanPort(config, {
    engine,
    serverInstance,
    expectedHashesPerSecond,
    upstreamInstances,
    leaving: leaving.signal,
    shutdown: shutdown.signal,
    observer: telemetry,
    reloads,
    transport,
  });
  const figures =
    telemetry.metrics &&
    metricsPort(telemetry.metrics, {
      sources: {
        kernel: kernel.name,
        isReady: () => unready(probed) === undefined,
        engine,
        searches,
        streams,
        loop: telemetry.loop,
        ports: { page: web, grpc, scan },
      },
      allowedHosts: config.allowedHosts,
      log,
    });
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
  const end = async (): Promise<void> => {
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
    telemetry.close();
  };
  try {
    await web.listen(config.host, config.port);
    await grpc.listen(config.host, config.grpcPort);
    if (config.scanPort !== undefined) await scan.listen(config.scanHost, config.scanPort);
    if (config.metricsPort !== undefined) await figures?.listen(config.metricsHost, config.metricsPort);
  } catch (error) {
    await end();
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
        .then(end)
        .then(() => telemetry.stopped());
      return closed;
    },
  };
}
