import type { Row } from "../row.ts";
import { endlessQuery, pause, startSearch, stop } from "../searches.ts";
import { summarize } from "../statistics.ts";
import { startMachines } from "./cluster.ts";
import { ObservedCoordinator } from "./observed.ts";

const machines = 4;
const rounds = 30;
const longestPauseMs = 400;

/** Another client's search beside one that fills all machines: when its first range is given out. */
export async function newcomerBesideFull(): Promise<Row[]> {
  const started = await startMachines(machines, "direct");
  const coordinator = new ObservedCoordinator(started.urls);
  const { engine } = coordinator;
  const values: number[] = [];
  try {
    await coordinator.untilSeats(machines);
    const filling = startSearch(engine, { client: "the first" });
    await coordinator.untilBusy(machines);
    for (let round = 0; round < rounds; round++) {
      await pause(500 + longestPauseMs * Math.random());
      const beganMs = performance.now();
      const name = "yyyyyyyyyyyy";
      const search = startSearch(engine, { client: "a newcomer", query: { ...endlessQuery(), name } });
      const first = await coordinator.untilGiven(beganMs, (job) => job.name === name);
      values.push(first.atMs - beganMs);
      await stop(search);
    }
    await stop(filling);
  } finally {
    await engine.close();
    await started.close();
  }
  return [
    {
      name: `newcomer beside a search on all ${machines} machines: first range given`,
      unit: "ms",
      better: "less",
      summary: summarize(values),
      goals: [{ of: "maximum", value: 500 }],
    },
  ];
}
