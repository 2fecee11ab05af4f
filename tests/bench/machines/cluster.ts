import { startBalancer } from "../../../scripts/balancer.ts";
import { untilActivity } from "../../support/activity.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { kernelName } from "../kernel.ts";

/** Worker processes of one thread each. */
export interface Machines {
  readonly servers: readonly TestServer[];
  /** What a coordinator is told to reach them. */
  readonly urls: readonly string[];
  /** Of all of them together. */
  readonly seats: number;
  close(): Promise<void>;
}

/** How the coordinator reaches its workers. */
export type Way = "direct" | "through haproxy";

/** Starts the worker processes, and a balancer if the way has one. */
export async function startMachines(count: number, way: Way): Promise<Machines> {
  const servers = await Promise.all(
    // Not told which kernel: it then measures how fast it is, by which ranges get their deadlines.
    Array.from({ length: count }, () => startServer({ args: ["--workers", "1", "--scan-port", "0"] })),
  );
  const scanUrls = servers.map(({ scanUrl }) => scanUrl);
  const balancer = way === "direct" ? undefined : await startBalancer(scanUrls);
  return {
    servers,
    urls: balancer ? [balancer.url] : scanUrls,
    seats: scanUrls.length,
    close: async () => {
      await balancer?.close();
      await Promise.all(
        servers.map(async (server) => {
          // A frozen one leaves too.
          server.signal("SIGCONT");
          await server.stop();
        }),
      );
    },
  };
}

/** Starts a server that computes through them and not itself; its searches have no limits. */
export async function startCoordinator({ urls, seats }: Machines): Promise<TestServer> {
  const noLimits = ["--maximum-hashes", "0", "--maximum-seconds", "0"];
  // A balancer answers for one of the servers behind it: their seats are said.
  const upstreams = ["--upstream", urls.join(","), "--upstream-seats", String(seats / urls.length)];
  const coordinator = await startServer({
    args: [...noLimits, "--workers", "0", "--kernel", kernelName, ...upstreams],
  });
  await untilActivity(coordinator.url, ({ workers }) => workers === seats);
  return coordinator;
}
