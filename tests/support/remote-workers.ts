import { type Logger, pino } from "pino";
import { RemoteWorkers } from "../../server/cluster/remote-workers.ts";
import { Upstream } from "../../server/cluster/upstream.ts";
import type { Workers } from "../../server/engine/workers.ts";
import { upstreamTransport } from "../../server/upstream-transport.ts";

/** Other servers as workers of an engine in this process. */
export interface TestRemoteWorkers {
  readonly workers: RemoteWorkers;
  /** One for each URL. */
  readonly upstreams: readonly Upstream[];
}

/** Makes them of the URLs of scan ports, each of which is one upstream and not looked up. */
export function remoteWorkersOn(
  urls: readonly string[],
  { seats, log = pino({ level: "silent" }) }: { seats?: number; log?: Logger } = {},
): TestRemoteWorkers {
  const path = ["coordinator"];
  const upstreams: Upstream[] = [];
  const workers = new RemoteWorkers({
    path,
    upstreams: (onReady) => {
      for (const url of urls) {
        const transport = upstreamTransport({ given: url, address: new URL(url).hostname }, () => undefined);
        upstreams.push(new Upstream(url, transport, { path: () => path, seats, log, onReady }));
      }
      return { list: upstreams, close: () => upstreams.forEach((upstream) => void upstream.close()) };
    },
  });
  return { workers, upstreams };
}

/** The same workers with some of their ways changed. */
export function changedWorkers(
  workers: Workers,
  { sliceMs = workers.sliceMs, run = (job, settle) => workers.run(job, settle) }: Partial<Workers>,
): Workers {
  return {
    sliceMs,
    run,
    get size() {
      return workers.size;
    },
    get busy() {
      return workers.busy;
    },
    get next() {
      return workers.next;
    },
    onIdle: (listener) => workers.onIdle(listener),
    close: () => workers.close(),
  };
}
