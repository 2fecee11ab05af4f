import { closeToIdle } from "../support/close-to-idle.ts";
import { startProxy, without } from "../support/proxies.ts";
import { clientsThrough, type WayThrough, waysThrough } from "../support/proxy-callers.ts";
import { type ProxyName, proxyKinds } from "../support/proxy-files.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { kernelName } from "./kernel.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";

const count = 100;
const goals = [{ of: "median", value: 50 }] as const;

/** From a client's close to idle workers, directly and through each proxy that is installed. */
export async function proxies(): Promise<Row[]> {
  const args = ["--maximum-hashes", "0", "--kernel", kernelName, "--trusted-proxies", "127.0.0.1"];
  const server = await startServer({ args });
  try {
    const rows = [await measured(server, "no proxy", waysThrough[0], { url: server.url, tlsUrl: "" })];
    for (const name of Object.keys(proxyKinds) as ProxyName[]) {
      const reason = without(name);
      if (reason) {
        console.log(`  not measured: ${reason}`);
        continue;
      }
      const proxy = await startProxy(name, [server]);
      try {
        for (const way of waysThrough) rows.push(await measured(server, name, way, proxy));
      } finally {
        await proxy.stop();
      }
    }
    return rows;
  } finally {
    await server.stop();
  }
}

async function measured(
  server: TestServer,
  name: string,
  way: WayThrough,
  proxy: { readonly url: string; readonly tlsUrl: string },
): Promise<Row> {
  const clients = clientsThrough(proxy, way);
  const delays: number[] = [];
  for (let i = 0; i < count; i++) delays.push(await closeToIdle(server, clients));
  return {
    name: `client's close to idle workers, ${name}, ${way}`,
    unit: "ms",
    better: "less",
    summary: summarize(delays),
    goals,
  };
}
