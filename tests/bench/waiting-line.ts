import { randomUUID } from "node:crypto";
import { Searches } from "../../server/search/searches.ts";
import { noLimits } from "../support/limits.ts";
import { heldBytes } from "./memory.ts";
import type { Row } from "./row.ts";
import { endlessQuery, withEngine } from "./searches.ts";
import { summarize } from "./statistics.ts";

const groups = 10;
const perGroup = 100;

/** What a search that waits in line costs, in this process. */
export async function waitingLine(): Promise<Row[]> {
  return await withEngine(1, async (engine) => {
    const limits = { ...noLimits, maximumSearches: 1, maximumWaiting: groups * perGroup };
    const searches = new Searches(engine, limits, () => {});
    const start = (): void => {
      const search = searches.start({
        id: randomUUID(),
        client: "bench",
        owner: "bench",
        query: endlessQuery(),
        call: "find",
      });
      search.join();
      search.answer().catch(() => {});
    };
    start();
    const held: number[] = [];
    for (let group = 0; group < groups; group++) {
      const before = heldBytes();
      for (let i = 0; i < perGroup; i++) start();
      held.push((heldBytes() - before) / perGroup / 1000);
    }
    await searches.close("shutdown");
    return [
      {
        name: "memory held by a search in the waiting line",
        unit: "kB",
        better: "less",
        summary: summarize(held),
        goals: [{ of: "median", value: 50 }],
      },
    ];
  });
}
