import type { Engine, Outcome, Task } from "../engine/engine.ts";
import { sharedMs } from "../engine/shared-clock.ts";
import type { Hop, SliceJob, SliceResult } from "../engine/workers.ts";
import type { ScanJob } from "../kernel/scan.ts";
import type { Credit } from "../quotas/credit.ts";
import { Hops } from "./hops.ts";
import { Ledger, type Range } from "./ledger.ts";
import type { Query } from "./query.ts";
import { Rate } from "./rate.ts";
import { type Batch, ReaderQueue, type UnreadMemory } from "./reader-queue.ts";
import { type Cause, type Report, SearchEnded } from "./report.ts";
import { computedAfter, WorkersUsed } from "./workers-used.ts";

// A range that keeps crashing its workers is not tried for ever: three threads,
// or nine servers, which go away for reasons of their own.
const maximumCrashes = 9;
const crashOfThread = 3;
const crashOfServer = 1;
// A balancer may refuse one range many times while a server behind it leaves.
const notReached = 0;

// Of 32 kB.
const matchesOfBatch = 500;

export interface SearchOptions {
  readonly id: string;
  readonly client: string;
  readonly query: Query;
  readonly memory: UnreadMemory;
  /** What it may compute; undefined: any number. */
  readonly credit?: Credit | undefined;
  /** What its ranges take along to other servers. */
  readonly trace?: SliceJob["trace"];
}

/**
 * One search: gives the engine scans in order, merges what comes back into
 * order, and ends for exactly one cause.
 */
export class Search implements Task {
  readonly id: string;
  readonly client: string;
  readonly query: Query;
  /** Its hashes a second. */
  readonly rate = new Rate();
  /** Settles when the search has ended and every worker it used is idle. */
  readonly ended: Promise<Report>;

  readonly #engine: Engine;
  readonly #trace: SliceJob["trace"];
  readonly #ledger: Ledger<SliceResult>;
  readonly #reader: ReaderQueue;
  readonly #credit: Credit | undefined;
  readonly #running = new Map<ScanJob, Range>();
  readonly #workersUsed = new WorkersUsed();
  readonly #cameMs = sharedMs();
  /** When it came, and from then on when the work began: waiting is no work. On the clock that threads share. */
  #startedMs = this.#cameMs;
  #startedAtMs = performance.timeOrigin + performance.now();
  #begun = false;
  readonly #resolveEnded: (report: Report) => void;

  #settledHashes = 0n;
  /** By where their ranges start. */
  readonly #crashes = new Map<bigint, number>();
  readonly #hops = new Hops();
  #matchesCome = 0;
  #callers = 0;
  #answer: Promise<Batch> | undefined;
  #ideal: Batch | undefined;
  #ending: { cause: Cause; seenAfterMs: number; tried: ReadonlyMap<ScanJob, number> } | undefined;
  #hashesAfterEnding = 0n;
  #report: Report | undefined;

  /** Waits until it is begun. */
  constructor(engine: Engine, options: SearchOptions) {
    this.#engine = engine;
    this.id = options.id;
    this.client = options.client;
    this.query = options.query;
    this.#trace = options.trace;
    this.#ledger = new Ledger(
      this.query,
      () => 2 * engine.workers + 2,
      ({ matches }) => matches.count === 0,
    );
    this.#reader = new ReaderQueue(options.memory, () => engine.wake(this));
    this.#credit = options.credit;
    this.#credit?.onChange(() => {
      this.#reader.wake();
      engine.wake(this);
    });
    const { promise, resolve } = Promise.withResolvers<Report>();
    this.ended = promise;
    this.#resolveEnded = resolve;
  }

  /** Lets the workers at it, unless it has ended while it waited. */
  begin(): void {
    if (this.#ending) return;
    this.#begun = true;
    this.#startedMs = sharedMs();
    const nowMs = performance.now();
    this.#startedAtMs = performance.timeOrigin + nowMs;
    this.rate.sample(nowMs, 0);
    this.#engine.add(this);
  }

  /** Undefined until it has ended. */
  get report(): Report | undefined {
    return this.#report;
  }

  /** The batch that the ideal match ended, once it was taken. */
  get ideal(): Batch | undefined {
    return this.#ideal;
  }

  /** Every hash computed for it so far, by any worker. */
  get hashes(): bigint {
    return this.#settledHashes + BigInt(this.#engine.tried(this));
  }

  /** Everything before was tried. */
  get nextIndex(): bigint {
    return this.#ledger.next;
  }

  /** Everything before was tried and its matches sent; no later match was sent. */
  get nextUnsent(): bigint {
    return this.#reader.firstUnread ?? this.#ledger.next;
  }

  /** Matches handed to the caller's connection. */
  get matchesSent(): bigint {
    return this.#reader.sent;
  }

  /** Since the work began; 0 before. */
  get elapsedMs(): number {
    return this.#begun ? sharedMs() - this.#startedMs : 0;
  }

  /** How long it waited before the work began, or until now while it has not. */
  get waitedMs(): number {
    return (this.#begun ? this.#startedMs : sharedMs()) - this.#cameMs;
  }

  /**
   * Ends the search, unless it has ended: no scan starts any more, those under
   * way are interrupted. Safe to call at any time and twice; the first cause
   * counts.
   */
  end(cause: Cause): void {
    if (this.#ending) return;
    this.#ending = { cause, seenAfterMs: this.elapsedMs, tried: this.#engine.triedEach(this) };
    this.#engine.interrupt(this);
    this.#reader.wake();
    this.#settle();
  }

  /**
   * Counts a caller in. The search is cancelled, or ends for the cause given,
   * when every caller has left.
   *
   * @returns leaves, and answers whether others stay; safe to call twice
   */
  join(): (cause: Cause) => boolean {
    this.#callers++;
    let here = true;
    return (cause) => {
      if (here && --this.#callers === 0) this.end(cause);
      here = false;
      return this.#callers > 0;
    };
  }

  /** How many milliseconds until budget or time are spent, at the speed so far; undefined without either. */
  remainingMs(maximumTimeMs: number): number | undefined {
    const elapsed = this.elapsedMs;
    const estimates: number[] = [];
    if (maximumTimeMs > 0) estimates.push(maximumTimeMs - elapsed);
    const tried = Number(this.nextIndex - this.query.start);
    if (this.query.budgeted && tried > 0) {
      estimates.push((elapsed / tried) * Number(this.query.end - this.nextIndex));
    }
    return estimates.length > 0 ? Math.max(0, Math.min(...estimates)) : undefined;
  }

  /**
   * The ideal match, alone in its batch or the last of it. For any number of
   * callers, when nobody reads `batches`.
   *
   * @throws SearchEnded as `batches` does
   */
  answer(): Promise<Batch> {
    this.#answer ??= last(this.batches());
    return this.#answer;
  }

  /**
   * The matches in order, up to the ideal one. For one reader.
   *
   * @throws SearchEnded when the search ended without an ideal match, once its
   * workers are idle
   */
  async *batches(): AsyncGenerator<Batch, void, void> {
    this.#reader.claim();
    for (;;) {
      if (this.#ending) break;
      const batch = this.#reader.take();
      if (batch) {
        if (batch.endsIdeal) {
          this.#ideal = batch;
          this.end("found");
        }
        yield batch;
      } else if (this.#ledger.finished) {
        this.end(this.query.budgeted ? "budget" : "space exhausted");
      } else if (this.#credit?.isSpent && this.#running.size === 0) {
        this.end("credit");
      } else {
        await this.#reader.news();
      }
    }
    const report = await this.ended;
    if (report.cause !== "found") throw new SearchEnded(report);
  }

  /** For the engine: the next scan. */
  nextScan(count: number): SliceJob | undefined {
    if (this.#ending || this.#reader.rests()) return undefined;
    const wanted = this.#reader.isScarce ? Math.min(count, this.#forOneBatch()) : count;
    const most = this.#credit ? this.#credit.within(wanted) : wanted;
    const range = most > 0 ? this.#ledger.give(most) : undefined;
    if (!range) return undefined;
    const { name, idealDistance, listedDistance } = this.query;
    const job: SliceJob = {
      name,
      idealDistance,
      listedDistance,
      start: range.start,
      count: Number(range.end - range.start),
      ...(this.#trace && { trace: this.#trace }),
    };
    this.#credit?.take(job.count);
    this.#running.set(job, range);
    return job;
  }

  /** For the engine: a scan has settled. */
  settled(job: ScanJob, outcome: Outcome): void {
    const { result, computed, hop } = outcome;
    const range = this.#running.get(job);
    if (!range) return;
    this.#running.delete(job);
    const afterEnding = this.#ending ? computedAfter(outcome, this.#ending.tried.get(job) ?? 0) : 0;
    this.#workersUsed.note(outcome, afterEnding);
    this.#hashesAfterEnding += BigInt(afterEnding);
    this.#settledHashes += BigInt(computed);
    this.#credit?.giveBack(Math.max(0, job.count - computed));
    if (hop) this.#hops.note(hop);
    this.#ledger.take(range, result);
    if (result) {
      this.#crashes.delete(range.start);
      this.#reader.arrived(result.matches);
      this.#matchesCome += result.matches.count;
      this.#cutAtIdeal(range.start, result);
    } else {
      this.#crashed(range.start, crashOf(hop));
    }
    this.#merge();
    if (this.#ending) this.#settle();
    else this.#engine.wake(this);
  }

  /** Candidates that bring about as many matches as a reader takes at a time. */
  #forOneBatch(): number {
    const candidatesPerMatch = Number(this.#settledHashes + 1n) / (this.#matchesCome + 1);
    return Math.ceil(matchesOfBatch * candidatesPerMatch);
  }

  #crashed(start: bigint, weight: number): void {
    const crashes = (this.#crashes.get(start) ?? 0) + weight;
    this.#crashes.set(start, crashes);
    if (crashes >= maximumCrashes) this.end("failure");
  }

  // The first ideal match known so far bounds the search: what runs beyond it
  // is waste, what runs before it may still find an earlier one.
  #cutAtIdeal(start: bigint, { matches }: SliceResult): void {
    if (!matches.endsIdeal) return;
    const end = start + BigInt(matches.indexes[matches.count - 1] as number) + 1n;
    this.#ledger.cut(end);
    this.#engine.interrupt(this, end);
  }

  #merge(): void {
    for (let tried = this.#ledger.read(); tried; tried = this.#ledger.read()) {
      this.#reader.append(tried.start, tried.result.matches);
    }
    // What was tried without a match may have been the last of the range.
    this.#reader.wake();
  }

  /** Once the last scan has settled: leaves the engine and makes the report. */
  #settle(): void {
    if (!this.#ending || this.#running.size > 0 || this.#report) return;
    this.#engine.remove(this);
    const { cause, seenAfterMs } = this.#ending;
    this.#report = {
      id: this.id,
      cause,
      hashesComputed: this.#settledHashes,
      hashesAfterEnding: this.#hashesAfterEnding,
      startIndex: this.query.start,
      nextIndex: this.nextUnsent,
      matchesSent: this.matchesSent,
      ...this.#workersUsed.report(this.#startedMs),
      workers: this.#engine.workers,
      startedAtMs: this.#startedAtMs,
      endingSeenAfterMs: seenAfterMs,
      workersIdleAfterMs: this.elapsedMs,
      hops: this.#hops.list(),
      retryAfterMs: cause === "credit" ? this.#credit?.retryAfterMs : undefined,
    };
    // What is left is kept only for the report's sake.
    this.#ledger.cut(this.query.start);
    this.#reader.clear();
    this.#resolveEnded(this.#report);
  }
}

async function last(batches: AsyncIterable<Batch>): Promise<Batch> {
  let ideal: Batch | undefined;
  for await (const batch of batches) ideal = batch;
  if (!ideal) throw new Error("a search that ends without an ideal match must throw SearchEnded");
  return ideal;
}

/** What a range without a result says against the range itself. */
function crashOf(hop: Hop | undefined): number {
  if (!hop) return crashOfThread;
  return hop.serverInstance ? crashOfServer : notReached;
}
