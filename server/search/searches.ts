import { untilAborted } from "../calls/abort.ts";
import { Departures } from "../calls/departures.ts";
import type { SearchLimits } from "../calls/limits.ts";
import { Refused } from "../calls/refusal.ts";
import type { Engine } from "../engine/engine.ts";
import { type Query, sameQuery } from "./query.ts";
import { Rate } from "./rate.ts";
import { UnreadMemory } from "./reader-queue.ts";
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

const samplesEveryMs = 250;

// What waits for all readers together: a fourth of the memory that the server
// may take beside hundreds of them.
const unreadInAllBytes = 64 * 2 ** 20;

/**
 * Every search of the server: admits them or lets them wait in line, ends them,
 * and keeps their reports.
 */
export class Searches {
  readonly engine: Engine;
  readonly limits: SearchLimits;
  /** Hashes a second of all workers. */
  readonly rate = new Rate();
  readonly #onEnded: (report: Report, client: string) => void;
  readonly #running = new Map<string, Search>();
  /** In the order in which they came. */
  readonly #waiting = new Map<string, Search>();
  /** When each ended search may be forgotten, the earliest first. */
  readonly #ended = new Map<string, { search: Search; until: number }>();
  /** Ids that were asked about before their search arrived: it must not start. */
  readonly #stopped = new Map<string, { until: number }>();
  readonly #departures = new Departures();
  readonly #unread = new UnreadMemory(unreadInAllBytes);
  readonly #sampling: NodeJS.Timeout;
  #leaving = false;

  constructor(engine: Engine, limits: SearchLimits, onEnded: (report: Report, client: string) => void) {
    this.engine = engine;
    this.limits = limits;
    this.#onEnded = onEnded;
    this.#sampling = setInterval(() => this.#sample(), samplesEveryMs).unref();
  }

  /** Searches that run, of one client or of all. */
  running(client?: string): number {
    return countOf(this.#running, client);
  }

  /** Searches that wait in line for a place to run. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The search with the id, while it runs or waits. */
  live(id: string): Search | undefined {
    return this.#running.get(id) ?? this.#waiting.get(id);
  }

  /** How many searches run before the one with the id may, if it waits. */
  ahead(id: string): number | undefined {
    if (!this.#waiting.has(id)) return undefined;
    return this.#waiting.keys().toArray().indexOf(id);
  }

  /** The search with the id, live or ended. */
  get(id: string): Search | undefined {
    return this.live(id) ?? this.#ended.get(id)?.search;
  }

  /** The search with the id, live or ended, if it is this client's and asks for the same. */
  same({ id, client, query }: Ask): Search | undefined {
    const search = this.get(id);
    return search?.client === client && sameQuery(search.query, query) ? search : undefined;
  }

  /**
   * Starts a search, or lets it wait for its place.
   *
   * @throws Refused
   */
  start({ id, client, query }: Ask): Search {
    if (this.#leaving) throw new Refused({ why: "shutdown" });
    if (this.get(id) || this.#stopped.has(id)) throw new Refused({ why: "id taken" });
    const hasPlace = this.#admit(client);
    const search = new Search(this.engine, { id, client, query, memory: this.#unread });
    if (hasPlace) this.#begin(search);
    else this.#waiting.set(id, search);
    void search.ended.then((report) => this.#leave(search, report));
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
    clearInterval(this.#sampling);
    const live = [...this.#waiting.values(), ...this.#running.values()];
    for (const search of live) search.end(cause);
    await Promise.all(live.map((search) => search.ended));
  }

  /** Whether there is a place to run; if not, there is one to wait. */
  #admit(client: string): boolean {
    const { maximumSearches, maximumSearchesPerClient: perClient, maximumWaiting } = this.limits;
    if (perClient > 0 && this.running(client) + countOf(this.#waiting, client) >= perClient) {
      const own = this.#running.values().filter((search) => search.client === client);
      const retryAfterMs = this.#departures.nextAfterMs(remaining(own, this.limits), 0);
      throw new Refused({ why: "client full", of: "searches", limit: perClient, retryAfterMs });
    }
    if (maximumSearches === 0 || this.#running.size < maximumSearches) return true;
    if (this.#waiting.size < maximumWaiting) return false;
    const retryAfterMs = this.#departures.nextAfterMs(
      remaining(this.#running.values(), this.limits),
      this.#waiting.size,
    );
    throw new Refused({ why: "server full", of: "searches", limit: maximumSearches, retryAfterMs });
  }

  #begin(search: Search): void {
    this.#running.set(search.id, search);
    const { maximumTimeMs } = this.limits;
    if (maximumTimeMs > 0) {
      const limit = setTimeout(() => search.end("deadline"), maximumTimeMs);
      void search.ended.then(() => clearTimeout(limit));
    }
    search.begin();
  }

  #leave(search: Search, report: Report): void {
    const { id, client } = search;
    this.#waiting.delete(id);
    if (this.#running.delete(id)) this.#departures.note(performance.now());
    keep(this.#ended, id, { search, until: performance.now() + keptForMs });
    this.#onEnded(report, client);
    const next = this.#waiting.values().next().value;
    if (!next || this.#running.size >= this.limits.maximumSearches) return;
    this.#waiting.delete(next.id);
    this.#begin(next);
  }

  #sample(): void {
    const nowMs = performance.now();
    this.rate.sample(nowMs, this.engine.hashes);
    for (const search of this.#running.values()) search.rate.sample(nowMs, Number(search.hashes));
  }
}

function countOf(searches: ReadonlyMap<string, Search>, client: string | undefined): number {
  if (client === undefined) return searches.size;
  return searches.values().reduce((count, search) => count + (search.client === client ? 1 : 0), 0);
}

/** When each search will have spent its budget or its time at the latest. */
function remaining(searches: Iterable<Search>, { maximumTimeMs }: SearchLimits): number[] {
  return [...searches].flatMap((search) => search.remainingMs(maximumTimeMs) ?? []);
}

/** Adds an entry, and forgets those whose time is over or that are too many. */
function keep<T extends { until: number }>(kept: Map<string, T>, id: string, entry: T): void {
  kept.set(id, entry);
  for (const [oldest, { until }] of kept) {
    if (kept.size <= keptAtMost && until > performance.now()) return;
    kept.delete(oldest);
  }
}
