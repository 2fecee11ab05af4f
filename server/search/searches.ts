import type { Engine } from "../engine/engine.ts";
import { untilAborted } from "./abort.ts";
import type { Limits } from "./limits.ts";
import { type Query, sameQuery } from "./query.ts";
import { SearchRefused } from "./refusal.ts";
import type { Cause, Report } from "./report.ts";
import { Search } from "./search.ts";

export interface Ask {
  /** The caller's UUID, in lower case. */
  readonly id: string;
  /** Whose search it is: limits and fair shares are counted by this. */
  readonly client: string;
  readonly query: Query;
}

// A report is for who asks soon; the numbers bound the memory.
const keptForMs = 15 * 60_000;
/** Reports that are kept, and ids that must not start. */
export const keptAtMost = 5_000;

/** Every search of the server: admits them, ends them, and keeps their reports. */
export class Searches {
  readonly engine: Engine;
  readonly limits: Limits;
  readonly #onEnded: (report: Report, client: string) => void;
  readonly #running = new Map<string, Search>();
  /** When each ended search may be forgotten, the earliest first. */
  readonly #ended = new Map<string, { search: Search; until: number }>();
  /** Ids that were asked about before their search arrived: it must not start. */
  readonly #stopped = new Map<string, { until: number }>();
  #leaving = false;

  constructor(engine: Engine, limits: Limits, onEnded: (report: Report, client: string) => void) {
    this.engine = engine;
    this.limits = limits;
    this.#onEnded = onEnded;
  }

  /** Searches that run, of one client or of all. */
  count(client?: string): number {
    return client === undefined ? this.#running.size : this.#runningOf(client).length;
  }

  /** The search with the id, while it runs. */
  running(id: string): Search | undefined {
    return this.#running.get(id);
  }

  /** The search with the id, running or ended. */
  get(id: string): Search | undefined {
    return this.#running.get(id) ?? this.#ended.get(id)?.search;
  }

  /** The search with the id, running or ended, if it is this client's and asks for the same. */
  same({ id, client, query }: Ask): Search | undefined {
    const search = this.get(id);
    return search?.client === client && sameQuery(search.query, query) ? search : undefined;
  }

  /**
   * Starts a search.
   *
   * @throws SearchRefused
   */
  start({ id, client, query }: Ask): Search {
    if (this.#leaving) throw new SearchRefused({ why: "shutdown" });
    if (this.get(id) || this.#stopped.has(id)) throw new SearchRefused({ why: "id taken" });
    this.#admit(client);
    const search = new Search(this.engine, { id, client, query });
    this.#running.set(id, search);
    const { maximumTimeMs } = this.limits;
    const limit = maximumTimeMs > 0 ? setTimeout(() => search.end("deadline"), maximumTimeMs) : undefined;
    void search.ended.then((report) => {
      clearTimeout(limit);
      this.#running.delete(id);
      keep(this.#ended, id, { search, until: performance.now() + keptForMs });
      this.#onEnded(report, client);
    });
    return search;
  }

  /**
   * The report of a search, once it has ended. Undefined when the server does
   * not know the id; from then on a search with that id does not start.
   *
   * @throws the signal's reason, when it aborts first
   */
  async report(id: string, signal: AbortSignal): Promise<Report | undefined> {
    const search = this.get(id);
    if (search) return await untilAborted(search.ended, signal);
    keep(this.#stopped, id, { until: performance.now() + keptForMs });
    return undefined;
  }

  /** Ends every search and starts no more; settles once every worker is idle. */
  async close(cause: Cause): Promise<void> {
    this.#leaving = true;
    const running = [...this.#running.values()];
    for (const search of running) search.end(cause);
    await Promise.all(running.map((search) => search.ended));
  }

  #admit(client: string): void {
    const { maximumSearches, maximumSearchesPerClient } = this.limits;
    if (maximumSearchesPerClient > 0 && this.count(client) >= maximumSearchesPerClient) {
      const retryAfterMs = this.#freeAfterMs(this.#runningOf(client));
      throw new SearchRefused({ why: "client full", limit: maximumSearchesPerClient, retryAfterMs });
    }
    if (maximumSearches > 0 && this.count() >= maximumSearches) {
      const retryAfterMs = this.#freeAfterMs([...this.#running.values()]);
      throw new SearchRefused({ why: "server full", limit: maximumSearches, retryAfterMs });
    }
  }

  /** When the first of the searches will have spent its budget or its time, at least a second. */
  #freeAfterMs(searches: readonly Search[]): number {
    const estimates = searches.map((search) => search.remainingMs(this.limits.maximumTimeMs) ?? unknownEndMs);
    return Math.max(1000, Math.min(...estimates));
  }

  #runningOf(client: string): readonly Search[] {
    return [...this.#running.values().filter((search) => search.client === client)];
  }
}

// A search without budget and time limit may end at any time or never.
const unknownEndMs = 30_000;

/** Adds an entry, and forgets those whose time is over or that are too many. */
function keep<T extends { until: number }>(kept: Map<string, T>, id: string, entry: T): void {
  kept.set(id, entry);
  for (const [oldest, { until }] of kept) {
    if (kept.size <= keptAtMost && until > performance.now()) return;
    kept.delete(oldest);
  }
}
