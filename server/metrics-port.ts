import { readFileSync } from "node:fs";
import { onlyAddressed } from "./edge/authority.ts";
import { http1Transport } from "./edge/transport/http1.ts";
import type { TransportOptions } from "./edge/transport/options.ts";
import type { Transport } from "./edge/transport/transport.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { metricsPage } from "./metrics/page.ts";
import type { Sources } from "./metrics/sources.ts";

// Of one address; Prometheus has one for each scrape that it has under way.
const mostConnections = 16;

export interface MetricsPortOptions {
  readonly sources: Omit<Sources, "version">;
  readonly allowedHosts: readonly string[];
  readonly log: TransportOptions["log"];
}

/** Where Prometheus reads the metrics: a port of its own, so that nobody who calls the server reads them. */
export function metricsPort(metrics: Metrics, { sources, allowedHosts, log }: MetricsPortOptions): Transport {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  metrics.readFrom({ ...sources, version });
  return http1Transport({
    // A page from elsewhere, in a browser on this machine, must not read them either.
    handler: onlyAddressed(metricsPage(metrics, log), { allowedHosts, isOverTls: false, log }),
    log,
    maximumConnectionsPerClient: mostConnections,
    clientOf: (address) => address,
    callerOf: () => "metrics",
  });
}
