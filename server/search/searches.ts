import { untilAborted } from "../calls/abort.ts";
import { Admission, type Place } from "../calls/admission.ts";
import type { ClientLimits, ReportLimits, SearchLimits } from "../calls/limits.ts";
import { Refused } from "../calls/refusal.ts";
import type { Engine } from "../engine/engine.ts";
import type { SliceJob } from "../engine/workers.ts";
import type { Permit } from "../quotas/quotas.ts";
import { EndedSearch, type KnownSearch } from "./ended-search.ts";
import { type Query, sameQuery } from "./query.ts";
import { Rate } from "./rate.ts";
import { UnreadMemory } from "./reader-queue.ts";
import type { Cause, Report } from "./report.ts";
import { Search } from "./search.ts";

export interface Ask {
  /** The caller's UUID, in lower case. */
  readonly id: string;
  /** Limits and fair shares are counted by this. */
  readonly client: string;
  /** Whose search it is: to everybody else it is unknown. */
  readonly owner: string;
  /** Where this client may have other than all may. */
  readonly clientLimits?: ClientLimits;
  readonly query: Query;
  /** How it is to be answered: with the ideal match, or with a stream of matches. */
  readonly call: "find" | "findRange";
  /** Its client's leave to begin, released when the search has ended or is refused. */
  readonly permit?: Permit | undefined;
  /** Which trace it belongs to, as its calls to other servers say it. */
  readonly trace?: SliceJob["trace"];
}

/** What the report of a search that has ended does not say. */
export interface SearchEnd {
  readonly client: string;
  readonly call: Ask["call"];
  /** Why it was stopped, as far as somebody had said so by then; else empty. */
  readonly reason: string;
  /** In the line, before its work began. */
  readonly waitedMs: number;
}

/** What a caller of GetSearchReport says. */
export interface ReportAsk {
  readonly id: string;
  readonly client: string;
  readonly owner: string;
  /** Why the caller stopped the search, in its own words; empty when it does not say. */
  readonly reason: string;
}

/** A search that the server knows: live, or ended a while ago. */
interface Known<S extends KnownSearch = KnownSearch> {
  readonly search: S;
  readonly owner: string;
  readonly call: Ask["call"];
  /** The last reason that was given for stopping it. */
  reason: string;
}

// Reports are for callers that ask soon after the end; the numbers bound the memory.
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
  readonly #rate = new Rate();
  readonly #onEnded: (report: Report, end: SearchEnd) => void;
  readonly #admission: Admission;
  /** Calls that wait for a report. */
  readonly #asking: Admission;
  /** Those that run or wait. */
  readonly #live = new Map<string, Known<Search> & { readonly place: Place }>();
  /** When each ended search may be forgotten, the earliest first. */
  readonly #ended = new Map<string, Known<EndedSearch> & { readonly until: number }>();
  /** Ids, each with who asked about it before its search arrived: theirs must not start. */
  readonly #stopped = new Map<string, { until: number }>();
  readonly #unread = new UnreadMemory(unreadInAllBytes);
  readonly #sampling: NodeJS.Timeout;

  constructor(
    engine: Engine,
    limits: SearchLimits & ReportLimits,
    onEnded: (report: Report, end: SearchEnd) => void,
  ) {
    this.engine = engine;
    this.limits = limits;
    this.#onEnded = onEnded;
    this.#admission = new Admission({
      of: "searches",
      perClient: limits.maximumSearchesPerClient,
      inAll: limits.maximumSearches,
      waiting: limits.maximumWaiting,
    });
    this.#asking = new Admission({
      of: "reports",
      perClient: limits.maximumReportsPerClient,
      inAll: limits.maximumReports,
      waiting: 0,
    });
    this.#sampling = setInterval(() => this.#sample(), samplesEveryMs).unref();
  }

  /** Hashes a second of all workers, reckoned as a search's own: 0 when nothing runs. */
  get hashesPerSecond(): number {
    return this.#isIdle ? 0 : this.#rate.perSecond;
  }

  // Ranges for other servers keep workers busy without a search.
  get #isIdle(): boolean {
    return this.engine.busy === 0 && this.running() === 0;
  }

  /** Searches that run, of one client or of all. */
  running(client?: string): number {
    return this.#admission.running(client);
  }

  /** Searches that wait in line for a place to run. */
  get waiting(): number {
    return this.#admission.waiting;
  }

  /** The search with the id, while it runs or waits. */
  live(id: string): Search | undefined {
    return this.#live.get(id)?.search;
  }

  /** Whether a search, live or ended, is this owner's. */
  isOf(id: string, owner: string): boolean {
    return this.#known(id)?.owner === owner;
  }

  /** How many searches will run before the one with the id, as things stand, if it waits. */
  ahead(id: string): number | undefined {
    const known = this.#live.get(id);
    return known && this.#admission.ahead(known.place);
  }

  /** The search with the id, live or ended. */
  get(id: string): KnownSearch | undefined {
    return this.#known(id)?.search;
  }

  /** The search with the id, live or ended, if it is this owner's and asks for the same in the same way. */
  same({ id, owner, query, call }: Ask): KnownSearch | undefined {
    const known = this.#known(id);
    if (known?.call !== call || known.owner !== owner) return undefined;
    return sameQuery(known.search.query, query) ? known.search : undefined;
  }

  /**
   * Starts a search, or lets it wait for its place.
   *
   * @throws Refused
   */
  start(ask: Ask): Search {
    try {
      return this.#start(ask);
    } catch (error) {
      ask.permit?.release();
      throw error;
    }
  }

  /**
   * The report of a search, once it has ended, with the last reason that any
   * caller gave for stopping it. Undefined when the server knows no such search
   * of this owner; from then on none with that id starts.
   *
   * @throws the signal's reason, when it aborts first
   * @throws Refused when too many wait
   */
  async report(
    { id, client, owner, reason }: ReportAsk,
    signal: AbortSignal,
  ): Promise<{ readonly report: Report; readonly reason: string } | undefined> {
    const known = this.#known(id);
    if (known?.owner !== owner) {
      keep(this.#stopped, ofOwner(id, owner), { until: performance.now() + keptForMs });
      return undefined;
    }
    if (reason !== "") known.reason = reason;
    const report = known.search.report ?? (await this.#reportToCome(known.search, client, signal));
    // The reason may have come while this call waited.
    return { report, reason: this.#known(id)?.reason ?? known.reason };
  }

  /** Says why a search is ended, for its report, where no caller says it. */
  note(id: string, reason: string): void {
    const known = this.#known(id);
    if (known) known.reason = reason;
  }

  /** Starts no more; those that run or wait go on. */
  refuseNew(): void {
    this.#admission.close();
  }

  /** Ends every search and starts no more; settles once every worker is idle. */
  async close(cause: Cause): Promise<void> {
    this.refuseNew();
    clearInterval(this.#sampling);
    const live = [...this.#live.values()].map(({ search }) => search);
    for (const search of live) search.end(cause);
    await Promise.all(live.map((search) => search.ended));
  }

  #start({ id, client, owner, clientLimits = {}, query, call, permit, trace }: Ask): Search {
    if (this.get(id) || this.#stopped.has(ofOwner(id, owner))) throw new Refused({ why: "id taken" });
    const { maximumTimeMs = this.limits.maximumTimeMs, maximumSearches: perClient } = clientLimits;
    const place = this.#admission.enter(client, {
      ...(perClient !== undefined && { perClient }),
      begin: () => this.#begin(search, maximumTimeMs),
      remainingMs: () => search.remainingMs(maximumTimeMs),
    });
    const { credit } = permit ?? {};
    const search = new Search(this.engine, { id, client, query, memory: this.#unread, credit, trace });
    this.#live.set(id, { search, owner, call, place, reason: "" });
    if (place.runs) this.#begin(search, maximumTimeMs);
    void search.ended.then((report) => {
      permit?.release();
      this.#leave(search, report);
    });
    return search;
  }

  async #reportToCome(search: KnownSearch, client: string, signal: AbortSignal): Promise<Report> {
    const place = this.#asking.enter(client);
    try {
      return await untilAborted(search.ended, signal);
    } finally {
      place.leave();
    }
  }

  #known(id: string): Known | undefined {
    return this.#live.get(id) ?? this.#ended.get(id);
  }

  #begin(search: Search, maximumTimeMs: number): void {
    if (maximumTimeMs > 0) {
      const limit = setTimeout(() => search.end("deadline"), maximumTimeMs);
      void search.ended.then(() => clearTimeout(limit));
    }
    // What the server did before it was idle is no part of its present speed.
    if (this.engine.busy === 0 && this.running() <= 1) this.#restartRate();
    search.begin();
  }

  #restartRate(): void {
    this.#rate.restart(performance.now(), this.engine.hashes);
  }

  #leave(search: Search, report: Report): void {
    const { id, client } = search;
    const known = this.#live.get(id);
    if (!known) return;
    this.#live.delete(id);
    known.place.leave();
    const { owner, call, reason } = known;
    const ended = new EndedSearch(search, report, call === "find" ? search.ideal : undefined);
    keep(this.#ended, id, { search: ended, owner, call, reason, until: performance.now() + keptForMs });
    this.#onEnded(report, { client, call, reason, waitedMs: search.waitedMs });
  }

  #sample(): void {
    const nowMs = performance.now();
    if (this.#isIdle) this.#restartRate();
    else this.#rate.sample(nowMs, this.engine.hashes);
    for (const { search, place } of this.#live.values()) {
      if (place.runs) search.rate.sample(nowMs, Number(search.hashes));
    }
  }
}

/** Nobody can keep another's search from starting. */
function ofOwner(id: string, owner: string): string {
  return `${id} ${owner}`;
}

/** Adds an entry, and forgets those whose time is over or that are too many. */
function keep<T extends { until: number }>(kept: Map<string, T>, id: string, entry: T): void {
  kept.set(id, entry);
  for (const [oldest, { until }] of kept) {
    if (kept.size <= keptAtMost && until > performance.now()) return;
    kept.delete(oldest);
  }
}
