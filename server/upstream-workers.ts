import type { Logger } from "pino";
import { RemoteWorkers } from "./cluster/remote-workers.ts";
import { Upstream } from "./cluster/upstream.ts";
import { Upstreams } from "./cluster/upstreams.ts";
import type { Config } from "./config.ts";
import { lookUpAddresses } from "./upstream-lookup.ts";
import { upstreamTransport } from "./upstream-transport.ts";

/** The servers that compute for this one; none is a kind of workers too. */
export function upstreamWorkers(
  { upstreams: urls, upstreamSeats: seats, upstreamTls }: Config,
  serverInstance: string,
  log: Logger,
): RemoteWorkers {
  const path = [serverInstance];
  return new RemoteWorkers({
    path,
    upstreams: (onReady) =>
      new Upstreams({
        urls,
        lookUp: lookUpAddresses,
        make: (url) =>
          new Upstream(url, upstreamTransport(url, upstreamTls), { path: () => path, seats, log, onReady }),
        log,
      }),
  });
}
