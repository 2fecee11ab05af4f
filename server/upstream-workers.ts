import type { Logger } from "pino";
import { RemoteWorkers } from "./cluster/remote-workers.ts";
import { Upstream } from "./cluster/upstream.ts";
import { type LookUp, Upstreams } from "./cluster/upstreams.ts";
import type { Config } from "./config.ts";
import type { Reloads } from "./reloads.ts";
import { lookUpAddresses } from "./upstream-lookup.ts";
import { upstreamTransport } from "./upstream-transport.ts";

export interface UpstreamWorkersOptions {
  readonly serverInstance: string;
  readonly reloads: Reloads;
  readonly log: Logger;
  /** The system's, unless said otherwise. */
  readonly lookUp?: LookUp;
}

/** The servers that compute for this one; none is a kind of workers too. */
export function upstreamWorkers(
  {
    upstreams: urls,
    upstreamSeats: seats,
    upstreamTls,
  }: Pick<Config, "upstreams" | "upstreamSeats" | "upstreamTls">,
  { serverInstance, reloads, log, lookUp = lookUpAddresses }: UpstreamWorkersOptions,
): RemoteWorkers {
  const path = [serverInstance];
  let certificate = upstreamTls?.value;
  if (upstreamTls) {
    reloads.addCertificate({
      what: "upstream certificate",
      from: upstreamTls,
      use: (renewed) => {
        certificate = renewed;
      },
    });
  }
  return new RemoteWorkers({
    path,
    upstreams: (onReady) =>
      new Upstreams({
        urls,
        lookUp,
        make: (at) =>
          new Upstream(
            at.url,
            upstreamTransport(at, () => certificate),
            {
              path: () => path,
              seats,
              log,
              onReady,
            },
          ),
        log,
      }),
  });
}
