import { startBalancer } from "../../../scripts/balancer.ts";
import { untilActivity } from "../../support/activity.ts";
import { startServer, type TestServer } from "../../support/server.ts";

/** Worker processes of one thread each, and the server that computes through them. */
export interface Cluster {
  readonly machines: readonly TestServer[];
  readonly coordinator: TestServer;
  close(): Promise<void>;
}

/** How the coordinator reaches its workers. */
export type Way = "direct" | "through haproxy";

const noLimits = ["--maximum-hashes", "0", "--maximum-seconds", "0"];

/** Starts one worker process a machine; the server that computes through them knows each of them or the balancer. */
export async function startCluster(count: number, way: Way): Promise<Cluster> {
  const { machines, urls, close } = await startMachines(count, way);
  const coordinator = await startServer({
    args: [...noLimits, "--workers", "0", "--upstream", urls.join(",")],
  });
  await untilActivity(coordinator.url, ({ workers }) => workers === count);
  return {
    machines,
    coordinator,
    close: async () => {
      await leave(coordinator);
      await close();
    },
  };
}

/** Starts the workers, and a balancer if the way has one. */
export async function startMachines(count: number, way: Way) {
  const machines = await Promise.all(
    Array.from({ length: count }, () => startServer({ args: ["--workers", "1", "--scan-port", "0"] })),
  );
  const scanUrls = machines.map(({ scanUrl }) => scanUrl);
  const balancer = way === "direct" ? undefined : await startBalancer(scanUrls);
  return {
    machines,
    // A balancer answers for one of its servers: named once for each seat.
    urls: balancer ? scanUrls.map(() => balancer.url) : scanUrls,
    close: async () => {
      await balancer?.close();
      await Promise.all(machines.map(leave));
    },
  };
}

/** A server that the bench has frozen or killed leaves too. */
async function leave(server: TestServer): Promise<void> {
  server.signal("SIGCONT");
  await server.stop();
}
