import { endless, nativeClients, reportOf } from "../../support/clients.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { interleaved, paired } from "../rounds.ts";
import type { Row } from "../row.ts";
import { pause } from "../searches.ts";
import { summarize } from "../statistics.ts";
import { startCoordinator, startMachines } from "./cluster.ts";
import { cpuMsOf } from "./process-time.ts";

const cores = 2;
const rounds = 12;
const roundMs = 1500;

/** What the way to other processes costs: as many threads in one process, and one in each of as many workers. */
export async function overheadOfMachines(): Promise<Row[]> {
  const alone = await startServer({
    args: ["--maximum-hashes", "0", "--maximum-seconds", "0", "--workers", String(cores)],
  });
  const machines = await startMachines(cores, "direct");
  const coordinator = await startCoordinator(machines);
  try {
    const processes = [coordinator, ...machines.servers];
    const perCpu: Record<"one" | "several", number[]> = { one: [], several: [] };
    const { one, several } = await interleaved(
      { rounds, warmUps: 0 },
      {
        one: () => rateOf(alone, [alone], perCpu.one),
        several: () => rateOf(coordinator, processes, perCpu.several),
      },
    );
    return [
      {
        name: `${cores} threads in one process`,
        unit: "MH/s",
        better: "more",
        summary: summarize(one),
      },
      {
        name: `${cores} worker processes and a coordinator`,
        unit: "MH/s",
        better: "more",
        summary: summarize(several),
      },
      {
        name: `overhead of ${cores} worker processes, on the same ${cores} cores`,
        unit: "%",
        better: "less",
        summary: summarize(paired(one, several, (a, b) => 100 * (1 - b / a))),
        goals: [{ of: "median", value: 4 }],
      },
      {
        // What others take of the cores changes the speed, but hardly this.
        name: "of it in processor time for a hash, all processes together",
        unit: "%",
        better: "less",
        summary: summarize(paired(perCpu.one, perCpu.several, (a, b) => 100 * (1 - b / a))),
      },
    ];
  } finally {
    await coordinator.stop();
    await machines.close();
    await alone.stop();
  }
}

/**
 * Millions of hashes a second of one search, from its start to idle workers.
 *
 * @param perCpu takes the hashes for each millisecond that the processes computed
 */
async function rateOf(
  server: TestServer,
  processes: readonly TestServer[],
  perCpu: number[],
): Promise<number> {
  const clients = nativeClients(server);
  const search = endless();
  const controller = new AbortController();
  const before = cpuMs(processes);
  const call = clients.finder.find(search, { signal: controller.signal }).catch(() => {});
  await pause(roundMs);
  controller.abort();
  await call;
  const { hashesComputed, workersIdleAfter } = await reportOf(clients, search.searchId);
  perCpu.push(Number(hashesComputed) / (cpuMs(processes) - before));
  const seconds = Number(workersIdleAfter?.seconds ?? 0n) + (workersIdleAfter?.nanos ?? 0) / 1e9;
  return Number(hashesComputed) / seconds / 1e6;
}

function cpuMs(processes: readonly TestServer[]): number {
  return processes.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
}
