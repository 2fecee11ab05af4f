import type { Engine } from "../../server/engine/engine.ts";
import type { Query } from "../../server/search/query.ts";
import { heldBytes, usedBytes } from "./memory.ts";
import { interleaved } from "./rounds.ts";
import type { Row } from "./row.ts";
import { endlessQuery, startSearch, stop, withEngine } from "./searches.ts";
import { summarize } from "./statistics.ts";

const roundMs = 700;

/** Searches that match so often that what leaves them is the limit. */
export async function dense(): Promise<Row[]> {
  return await withEngine(2, async (engine) => {
    const peaks: number[] = [];
    const { every, frequent } = await interleaved(
      { rounds: 5, warmUps: 1 },
      {
        every: () => matchRate(engine, { name: "zz", listedDistance: 2 }, peaks),
        frequent: () => matchRate(engine, { name: "foo", listedDistance: 1 }, peaks),
      },
    );
    return [
      {
        name: "matches read when every candidate matches (zz at 2)",
        unit: "matches/s",
        better: "more",
        summary: summarize(every),
        goals: [{ of: "median", value: 200_000 }],
      },
      {
        name: "matches read when one in fifteen does (foo at 1)",
        unit: "matches/s",
        better: "more",
        summary: summarize(frequent),
      },
      {
        name: "memory meanwhile, garbage included: most over the start",
        unit: "kB",
        better: "less",
        summary: summarize(peaks),
        goals: [{ of: "maximum", value: 100_000 }],
      },
    ];
  });
}

/** Matches a second that one reader gets; adds the kilobytes that it took at most. */
async function matchRate(engine: Engine, query: Partial<Query>, peaks: number[]): Promise<number> {
  const before = heldBytes();
  let most = before;
  let matches = 0;
  const startedAt = performance.now();
  let elapsed = 0;
  const search = startSearch(engine, { query: { ...endlessQuery(), idealDistance: -1, ...query } });
  for await (const { count } of search.batches()) {
    matches += count;
    most = Math.max(most, usedBytes());
    elapsed = performance.now() - startedAt;
    if (elapsed > roundMs) break;
  }
  await stop(search);
  peaks.push((most - before) / 1000);
  return (matches / elapsed) * 1000;
}
