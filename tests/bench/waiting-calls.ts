import { Worker } from "node:worker_threads";
import { pino } from "pino";
import { startApp } from "../../server/app.ts";
import type { Config } from "../../server/config.ts";
import { noQuotas } from "../../server/quotas/quotas.ts";
import { untilActivity } from "../support/activity.ts";
import { noLimits } from "../support/limits.ts";
import { kernelName } from "./kernel.ts";
import { heldBytes } from "./memory.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";
import type { Callee } from "./waiting-caller.ts";

const groups = 8;
const perGroup = 100;

const config: Config = {
  host: "127.0.0.1",
  port: 0,
  grpcPort: 0,
  tls: undefined,
  tokens: undefined,
  hsts: false,
  lab: false,
  trustedProxies: [],
  allowedHosts: [],
  workers: 1,
  upstreams: [],
  upstreamSeats: undefined,
  upstreamTls: undefined,
  scanHost: "127.0.0.1",
  scanTls: undefined,
  scanPort: undefined,
  metricsPort: undefined,
  metricsHost: "127.0.0.1",
  kernel: kernelName,
  limits: {
    ...noLimits,
    maximumSearches: 1,
    maximumWaiting: 10_000,
    maximumStreamsPerClient: 0,
    maximumStreams: 0,
  },
  quotas: { limits: noQuotas, store: undefined, whenDown: "refuse" },
  maximumConnectionsPerClient: 0,
  leavingMs: 0,
  logLevel: "silent",
  dev: false,
};

/** What a call whose search waits in line costs the server, its connection included. */
export async function waitingCalls(): Promise<Row[]> {
  return [await cost("gRPC-Web", "a connection each"), await cost("gRPC", "a connection for each hundred")];
}

async function cost(over: Callee["over"], connections: string): Promise<Row> {
  const app = await startApp(config, pino({ level: "silent" }));
  const url = `http://127.0.0.1:${app.port}`;
  const baseUrl = over === "gRPC" ? `http://127.0.0.1:${app.grpcPort}` : url;
  const caller = new Worker(new URL("./waiting-caller.ts", import.meta.url), {
    workerData: { baseUrl, over } satisfies Callee,
  });
  try {
    let waiting = -1;
    const start = async (calls: number): Promise<void> => {
      waiting += calls;
      caller.postMessage(calls);
      await untilActivity(url, (activity) => activity.searchesWaiting >= waiting);
    };
    // The first ones make what every later one uses.
    await start(1 + perGroup);
    const values: number[] = [];
    for (let group = 0; group < groups; group++) {
      const before = heldBytes();
      await start(perGroup);
      values.push((heldBytes() - before) / perGroup / 1000);
    }
    return {
      name: `memory held for a waiting call over ${over}, ${connections}`,
      unit: "kB",
      better: "less",
      summary: summarize(values),
      goals: [{ of: "median", value: 50 }],
    };
  } finally {
    await caller.terminate();
    await app.close();
  }
}
