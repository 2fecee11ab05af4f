import type { Row } from "../row.ts";
import { pause, startSearch, stop } from "../searches.ts";
import { summarize } from "../statistics.ts";
import { startMachines } from "./cluster.ts";
import { ObservedCoordinator } from "./observed.ts";

const machines = 3;
const longestPauseMs = 400;

const losses = [
  { word: "killed", signal: "SIGKILL", rounds: 8, goal: 100 },
  { word: "frozen", signal: "SIGSTOP", rounds: 4, goal: 2500 },
] as const;

/** A worker process is gone in mid-range: when the same range is given to another. */
export async function machineLosses(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { word, signal, rounds, goal } of losses) {
    const values: number[] = [];
    for (let round = 0; round < rounds; round++) values.push(await loseOne(signal));
    rows.push({
      name: `worker ${word}: its range given to another of ${machines}`,
      unit: "ms",
      better: "less",
      summary: summarize(values),
      goals: [{ of: "median", value: goal }],
    });
  }
  return rows;
}

async function loseOne(signal: "SIGKILL" | "SIGSTOP"): Promise<number> {
  const started = await startMachines(machines, "direct");
  const coordinator = new ObservedCoordinator(started.urls);
  const { engine, given, lost } = coordinator;
  try {
    await coordinator.untilSeats(machines);
    const search = startSearch(engine);
    await coordinator.untilBusy(machines);
    await pause(1000 + longestPauseMs * Math.random());
    const lostMs = performance.now();
    const before = given.length;
    started.servers[0]?.signal(signal);
    while (lost.size === 0) await pause(2);
    const start = [...lost][0] as bigint;
    const again = await coordinator.untilGiven(lostMs, (job) => job.start === start);
    if (given.indexOf(again) < before) throw new Error("the range was given before its worker was lost");
    started.servers[0]?.signal("SIGCONT");
    await stop(search);
    return again.atMs - lostMs;
  } finally {
    await engine.close();
    await started.close();
  }
}
