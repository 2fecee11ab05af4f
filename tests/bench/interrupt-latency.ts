import type { Engine } from "../../server/engine/engine.ts";
import { withBusyCores } from "./busy-cores.ts";
import type { Row } from "./row.ts";
import { pause, startSearch, withEngine } from "./searches.ts";
import { summarize } from "./statistics.ts";

const workers = 2;

/** From the end of a search that both workers compute for, to idle workers, in this process. */
export async function interruptLatency(): Promise<Row[]> {
  return await withEngine(workers, async (engine) => {
    const alone = await samples(engine, 400);
    const crowded = await withBusyCores(() => samples(engine, 100));
    return [
      {
        name: "interrupt to all workers idle, both busy",
        unit: "ms",
        better: "less",
        summary: summarize(alone),
        goals: [
          { of: "median", value: 0.5 },
          { of: "p99", value: 3 },
        ],
      },
      {
        name: "the same, other processes saturating every core",
        unit: "ms",
        better: "less",
        summary: summarize(crowded),
      },
    ];
  });
}

async function samples(engine: Engine, count: number): Promise<number[]> {
  const values: number[] = [];
  while (values.length < count) {
    const search = startSearch(engine);
    await pause(4 + 12 * Math.random());
    // Between two slices a worker has nothing to interrupt.
    while (engine.busy < workers) await new Promise((resolve) => setImmediate(resolve));
    const startedAt = performance.now();
    search.end("cancelled");
    await search.ended;
    values.push(performance.now() - startedAt);
  }
  return values;
}
