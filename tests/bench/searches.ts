import { Engine } from "../../server/engine/engine.ts";
import { ThreadPool } from "../../server/engine/thread-pool.ts";
import { firstIndexOfLength } from "../../server/kernel/candidate.ts";
import type { Query } from "../../server/search/query.ts";
import { UnreadMemory } from "../../server/search/reader-queue.ts";
import { type Report, SearchEnded } from "../../server/search/report.ts";
import { Search } from "../../server/search/search.ts";
import { kernelName } from "./kernel.ts";

/** Runs something with an engine of its own, whose threads are warm. */
export async function withEngine<T>(workers: number, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = new Engine(
    new ThreadPool({
      size: workers,
      kernel: kernelName,
      onCrash: (error) => {
        throw error;
      },
    }),
  );
  try {
    const search = startSearch(engine);
    await pause(500);
    await stop(search);
    return await use(engine);
  } finally {
    await engine.close();
  }
}

/** A query of which no end comes by itself, and no match. */
export function endlessQuery(): Query {
  const start = firstIndexOfLength(4);
  return {
    name: "zzzzzzzzzzzz",
    idealDistance: 0,
    listedDistance: 0,
    start,
    end: 1n << 62n,
    budgeted: false,
  };
}

/** Starts a search; by default an endless one. */
export function startSearch(engine: Engine, { client = "bench", query = endlessQuery() } = {}): Search {
  const search = new Search(engine, { id: "bench", client, query, memory: new UnreadMemory(2 ** 30) });
  search.begin();
  return search;
}

/** Ends a search and waits until the workers are idle. */
export async function stop(search: Search): Promise<Report> {
  search.end("cancelled");
  return await search.ended;
}

/** Runs a search over so many candidates; its report once they are tried. */
export async function tryCandidates(engine: Engine, count: number, client?: string): Promise<Report> {
  const endless = endlessQuery();
  const query = { ...endless, end: endless.start + BigInt(Math.round(count)), budgeted: true };
  try {
    await startSearch(engine, { ...(client && { client }), query }).answer();
  } catch (error) {
    if (error instanceof SearchEnded) return error.report;
    throw error;
  }
  throw new Error("a search that must spend its budget found a match");
}

/** Candidates a millisecond that the engine's workers try together, over so many milliseconds. */
export async function candidatesPerMs(engine: Engine, ms: number): Promise<number> {
  const search = startSearch(engine);
  await pause(ms);
  const { hashesComputed, workersIdleAfterMs } = await stop(search);
  return Number(hashesComputed) / workersIdleAfterMs;
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
