import { untilActivity } from "../../support/activity.ts";
import { endless, nativeClients } from "../../support/clients.ts";
import type { Row } from "../row.ts";
import { pause } from "../searches.ts";
import { summarize } from "../statistics.ts";
import { type Machines, startCoordinator, startMachines, type Way } from "./cluster.ts";
import { ComputeThreads } from "./compute-threads.ts";

const machines = 4;
const longestPauseMs = 400;

const losses = [
  { word: "killed", signal: "SIGKILL", rounds: 12, goals: { direct: 50, "through haproxy": 50 } },
  // Behind a balancer only the range's own deadline tells, which is 5 s.
  { word: "frozen", signal: "SIGSTOP", rounds: 6, goals: { direct: 1500, "through haproxy": 5000 } },
] as const;

/** The server that gave the work is gone: when the threads of all its workers are idle, as Linux says. */
export async function coordinatorLosses(ways: readonly Way[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const way of ways) {
    const started = await startMachines(machines, way);
    try {
      for (const { word, signal, rounds, goals } of losses) {
        const values: number[] = [];
        for (let round = 0; round < rounds; round++) values.push(await loseOne(started, signal));
        rows.push({
          name: `coordinator ${word}: all ${machines} workers idle, ${way}`,
          unit: "ms",
          better: "less",
          summary: summarize(values),
          goals: [{ of: "maximum", value: goals[way] }],
        });
      }
    } finally {
      await started.close();
    }
  }
  return rows;
}

async function loseOne(started: Machines, signal: "SIGKILL" | "SIGSTOP"): Promise<number> {
  const coordinator = await startCoordinator(started);
  try {
    const call = nativeClients(coordinator)
      .finder.find(endless())
      .catch(() => {});
    for (const { url } of started.servers) await untilActivity(url, ({ workersBusy }) => workersBusy === 1);
    const threads = new ComputeThreads(started.servers.map(({ pid }) => pid));
    await threads.untilBusy();
    await pause(longestPauseMs * Math.random());
    const lostMs = performance.now();
    coordinator.signal(signal);
    const idleMs = (await threads.untilIdle()) - lostMs;
    await coordinator.kill();
    await call;
    return Math.max(0, idleMs);
  } finally {
    await coordinator.kill();
  }
}
