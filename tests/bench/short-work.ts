import { interleaved, paired } from "./rounds.ts";
import type { Row } from "./row.ts";
import { candidatesPerMs, pause, startSearch, stop, tryCandidates, withEngine } from "./searches.ts";
import { summarize } from "./statistics.ts";

const workMs = 50;

/** A short search alone, and beside ten endless ones of one other client: its fair share is a half. */
export async function shortWork(): Promise<Row[]> {
  return await withEngine(2, async (engine) => {
    const count = workMs * (await candidatesPerMs(engine, 300));
    const timed = async (): Promise<number> =>
      (await tryCandidates(engine, count, "short")).workersIdleAfterMs;
    const { alone, beside } = await interleaved(
      { rounds: 20, warmUps: 2 },
      {
        alone: timed,
        beside: async () => {
          const others = Array.from({ length: 10 }, () => startSearch(engine, { client: "long" }));
          await pause(60);
          const took = await timed();
          await Promise.all(others.map(stop));
          return took;
        },
      },
    );
    return [
      { name: "50 ms of work alone", unit: "ms", better: "less", summary: summarize(alone) },
      {
        name: "50 ms of work beside ten endless searches of one client",
        unit: "ms",
        better: "less",
        summary: summarize(beside),
      },
      {
        name: "the same against alone; half the workers are 2",
        unit: "times",
        better: "less",
        summary: summarize(paired(beside, alone)),
        goals: [{ of: "median", value: 2.5 }],
      },
    ];
  });
}
