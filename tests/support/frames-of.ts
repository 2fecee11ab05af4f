import type { Engine } from "../../server/engine/engine.ts";
import type { ScanJob } from "../../server/kernel/scan.ts";
import { UnreadMemory } from "../../server/search/reader-queue.ts";
import { SearchEnded } from "../../server/search/report.ts";
import { Search } from "../../server/search/search.ts";

/** A search of these candidates, begun on an engine. */
export function searchOn(engine: Engine, { count, ...query }: ScanJob): Search {
  const search = new Search(engine, {
    id: "test",
    client: "test",
    query: { ...query, end: query.start + BigInt(count), budgeted: true },
    memory: new UnreadMemory(2 ** 30),
  });
  search.begin();
  return search;
}

/** The frames of all matches that such a search finds, up to an ideal one. */
export async function framesOf(engine: Engine, job: ScanJob): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  try {
    for await (const { frames } of searchOn(engine, job).batches()) parts.push(frames);
  } catch (error) {
    if (!(error instanceof SearchEnded) || error.report.cause !== "budget") throw error;
  }
  return Buffer.concat(parts);
}
