import { randomUUID } from "node:crypto";
import type { Engine } from "../../server/engine/engine.ts";
import type { Search } from "../../server/search/search.ts";
import { Searches } from "../../server/search/searches.ts";
import { noLimits } from "../support/limits.ts";
import { heldBytes } from "./memory.ts";
import type { Row } from "./row.ts";
import { endlessQuery, pause, withEngine } from "./searches.ts";
import { summarize } from "./statistics.ts";

const clients = 20;
const searchesPerClient = 10;
const seconds = 8;

/** 200 searches of 20 clients at once, in this process: what each client gets, and what memory does. */
export async function fairness(): Promise<Row[]> {
  return await withEngine(2, async (engine) => {
    const ofClient = startAll(engine);
    const all = ofClient.flat();
    await pause(1000);
    const before = ofClient.map(hashesOf);
    const held: number[] = [];
    const resident: number[] = [];
    for (let second = 0; second <= seconds; second++) {
      if (second > 0) await pause(1000);
      held.push(heldBytes() / 1000);
      resident.push(process.memoryUsage.rss() / 1000);
    }
    const got = ofClient.map((searches, client) => hashesOf(searches) - (before[client] ?? 0));
    for (const search of all) search.end("cancelled");
    await Promise.all(all.map((search) => search.ended));
    const fair = got.reduce((sum, hashes) => sum + hashes, 0) / clients;
    return [
      {
        name: `share of a client, ${all.length} searches of ${clients}: off fair`,
        unit: "%",
        better: "less",
        summary: summarize(got.map((hashes) => 100 * Math.abs(hashes / fair - 1))),
        goals: [{ of: "maximum", value: 10 }],
      },
      {
        name: "memory held meanwhile: growth a second",
        unit: "kB",
        better: "less",
        summary: summarize(growth(held)),
        goals: [{ of: "median", value: 100 }],
      },
      {
        name: "resident memory meanwhile: growth a second",
        unit: "kB",
        better: "less",
        summary: summarize(growth(resident)),
      },
    ];
  });
}

function startAll(engine: Engine): Search[][] {
  const searches = new Searches(engine, noLimits, () => {});
  return Array.from({ length: clients }, (_, client) =>
    Array.from({ length: searchesPerClient }, () => {
      const search = searches.start({
        id: randomUUID(),
        client: `client ${client}`,
        owner: "bench",
        query: endlessQuery(),
        call: "find",
      });
      search.answer().catch(() => {});
      return search;
    }),
  );
}

function hashesOf(searches: readonly Search[]): number {
  return searches.reduce((sum, search) => sum + Number(search.hashes), 0);
}

function growth(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => value - (values[i] as number));
}
