import { readFileSync } from "node:fs";
import type { ActiveCalls } from "./edge/active-calls.ts";
import { onlyAddressed } from "./edge/authority.ts";
import type { LoopWatch } from "./edge/loop-watch.ts";
import { http1Transport } from "./edge/transport/http1.ts";
import type { TransportOptions } from "./edge/transport/options.ts";
import type { Transport } from "./edge/transport/transport.ts";
import type { Engine } from "./engine/engine.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { metricsPage } from "./metrics/page.ts";
import type { Sources } from "./metrics/sources.ts";
import { type Probed, unready } from "./probes.ts";
import type { Searches } from "./search/searches.ts";
import type { Streams } from "./streams/streams.ts";

// Of one address; Prometheus has one for each scrape that it has under way.
const mostConnections = 16;

export interface MetricsPortOptions {
  readonly metrics: Metrics;
  readonly allowedHosts: readonly string[];
  readonly log: TransportOptions["log"];
}

/** Where Prometheus reads the metrics: a port of its own, so that nobody who calls the server reads them. */
export function metricsPort({ metrics, allowedHosts, log }: MetricsPortOptions): Transport {
  return http1Transport({
    // A page from elsewhere, in a browser on this machine, must not read them either.
    handler: onlyAddressed(metricsPage(metrics), { allowedHosts, isOverTls: false, log }),
    log,
    maximumConnectionsPerClient: mostConnections,
    clientOf: (address) => address,
    callerOf: () => "metrics",
  });
}

/** What of the server has numbers. */
export interface Measured {
  readonly kernel: string;
  readonly probed: Probed;
  readonly engine: Engine;
  readonly searches: Searches;
  readonly streams: Streams;
  readonly active: ActiveCalls;
  readonly loop: LoopWatch;
  readonly ports: Readonly<Record<string, Pick<Transport, "connections">>>;
}

/** Where the metrics read them. */
export function sourcesOf({
  kernel,
  probed,
  engine,
  searches,
  streams,
  active,
  loop,
  ports,
}: Measured): Sources {
  const { maximumSearches, maximumWaiting } = searches.limits;
  return {
    version: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version,
    kernel,
    isReady: () => unready(probed) === undefined,
    hashes: () => engine.hashes,
    workers: () => engine.workers,
    workersBusy: () => engine.busy,
    searchesRunning: () => searches.running(),
    searchesWaiting: () => searches.waiting,
    streams: () => streams.count(),
    mostRunning: maximumSearches,
    mostWaiting: maximumWaiting,
    calls: () => active.counts,
    connections: () =>
      Object.fromEntries(Object.entries(ports).map(([port, { connections }]) => [port, connections])),
    loop: () => loop.lastMinute,
  };
}
