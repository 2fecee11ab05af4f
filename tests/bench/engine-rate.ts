import { availableParallelism } from "node:os";
import type { Engine } from "../../server/engine/engine.ts";
import { BareThread } from "./bare-thread.ts";
import { interleaved, paired } from "./rounds.ts";
import type { Row } from "./row.ts";
import { candidatesPerMs, endlessQuery, withEngine } from "./searches.ts";
import { summarize } from "./statistics.ts";

// Many short rounds, because a machine's speed changes from second to second.
const rounds = 40;
const roundMs = 150;

/**
 * What scheduler, merge and polling cost, and what a second worker brings: the
 * same work by one and two workers of an engine, and by the kernel alone on one
 * and two threads.
 */
export async function engineRate(): Promise<Row[]> {
  const threads = [new BareThread(), new BareThread()];
  try {
    return await withEngine(1, (one) => withEngine(2, (two) => measure(threads, one, two)));
  } finally {
    for (const thread of threads) await thread.close();
  }
}

async function measure(threads: readonly BareThread[], one: Engine, two: Engine): Promise<Row[]> {
  const perRound = roundMs * (await bareRate(threads.slice(0, 1), 200_000)) * 1000;
  const { bareOne, bareTwo, engineOne, engineTwo } = await interleaved(
    { rounds, warmUps: 2 },
    {
      bareOne: () => bareRate(threads.slice(0, 1), perRound),
      engineOne: () => searchRate(one),
      engineTwo: () => searchRate(two),
      bareTwo: () => bareRate(threads, perRound),
    },
  );
  const cores = `on ${availableParallelism()} cores`;
  const overhead = (bare: number, engine: number): number => 100 * (1 - engine / bare);
  return [
    { name: "engine, one worker", unit: "MH/s", better: "more", summary: summarize(engineOne) },
    { name: "engine, two workers", unit: "MH/s", better: "more", summary: summarize(engineTwo) },
    {
      name: `two workers against one, ${cores}`,
      unit: "times",
      better: "more",
      summary: summarize(paired(engineTwo, engineOne)),
      goals: [{ of: "median", value: 1.95 }],
    },
    {
      name: `bare kernel, two threads against one, ${cores}`,
      unit: "times",
      better: "more",
      summary: summarize(paired(bareTwo, bareOne)),
    },
    {
      name: "engine overhead against the bare kernel, one worker",
      unit: "%",
      better: "less",
      summary: summarize(paired(bareOne, engineOne, overhead)),
      goals: [{ of: "median", value: 3 }],
    },
    {
      name: "engine overhead against the bare kernel, two workers",
      unit: "%",
      better: "less",
      summary: summarize(paired(bareTwo, engineTwo, overhead)),
      goals: [{ of: "median", value: 3 }],
    },
  ];
}

/** Millions of candidates a second of one search, from its start to idle workers. */
async function searchRate(engine: Engine): Promise<number> {
  return (await candidatesPerMs(engine, roundMs)) / 1000;
}

/** Millions of candidates a second of the threads together, each by its own clock. */
async function bareRate(threads: readonly BareThread[], perThread: number): Promise<number> {
  const { name, idealDistance, listedDistance, start } = endlessQuery();
  const job = { name, idealDistance, listedDistance, start, count: Math.round(perThread) };
  const outcomes = await Promise.all(threads.map((thread) => thread.run({ job })));
  return outcomes.reduce((sum, { tried, tookMs }) => sum + tried / tookMs / 1000, 0);
}
