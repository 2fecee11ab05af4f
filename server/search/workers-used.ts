import type { Outcome } from "../engine/engine.ts";
import type { Hop, Trace } from "../engine/workers.ts";

/** A worker that had ranges of a search, as it was when the report was made. */
export interface WorkerReport {
  /** Counted from 1; undefined for a seat of another server. */
  readonly thread: number | undefined;
  /** Of a seat: the last server that was reached there. */
  readonly serverInstance: string;
  readonly hashes: number;
  readonly hashesAfterEnding: number;
  /** A thread's own words, from the start of the search. */
  readonly interruptSeenAfterMs: number | undefined;
  readonly lastBusyAfterMs: number | undefined;
  /** Whether it was done with the search. */
  readonly isIdle: boolean;
}

// All are counted; so many are told of one by one, in headers that some clients
// bound at 8 kB.
const mostTold = 32;
// The process's first moment.
const over = 0;

interface Used {
  trace: Trace | undefined;
  serverInstance: string;
  hashes: number;
  hashesAfterEnding: number;
  interruptSeenAtMs: number | undefined;
  lastBusyAtMs: number | undefined;
  /** Until when it may go on with ranges whose end no other server has confirmed. */
  untilMs: number;
}

/** The workers that had ranges of one search: threads, and seats of other servers. */
export class WorkersUsed {
  readonly #used = new Map<object, Used>();

  /** A range of a worker has settled. */
  note({ worker, computed, hop, trace }: Outcome, hashesAfterEnding: number): void {
    const before = this.#used.get(worker);
    this.#used.set(worker, {
      trace,
      serverInstance: hop?.serverInstance || (before?.serverInstance ?? ""),
      hashes: (before?.hashes ?? 0) + computed,
      hashesAfterEnding: (before?.hashesAfterEnding ?? 0) + hashesAfterEnding,
      interruptSeenAtMs: trace?.interruptSeenAtMs ?? before?.interruptSeenAtMs,
      lastBusyAtMs: trace?.overAtMs ?? before?.lastBusyAtMs,
      untilMs: Math.max(before?.untilMs ?? over, hop ? performance.now() + unconfirmedMs(hop) : over),
    });
  }

  /** As of now: how many, those of them that are done with it, and each, those first that are not. */
  report(startedMs: number): {
    readonly workersUsed: number;
    readonly workersIdle: number;
    readonly usedWorkers: readonly WorkerReport[];
  } {
    const nowMs = performance.now();
    const all = [...this.#used.values()].map((used) => ({ used, isIdle: isIdle(used, nowMs) }));
    const usedWorkers = all
      .sort((a, b) => Number(a.isIdle) - Number(b.isIdle))
      .slice(0, mostTold)
      .map(({ used: { trace, serverInstance, hashes, hashesAfterEnding, ...at }, isIdle }) => ({
        thread: trace?.thread,
        serverInstance,
        hashes,
        hashesAfterEnding,
        interruptSeenAfterMs: since(startedMs, at.interruptSeenAtMs),
        lastBusyAfterMs: since(startedMs, at.lastBusyAtMs),
        isIdle,
      }));
    const workersIdle = all.filter(({ isIdle }) => isIdle).length;
    return { workersUsed: all.length, workersIdle, usedWorkers };
  }
}

/**
 * Hashes of a slice that were computed after its interrupt. Another server's own
 * figure is exact; what is known here of its slice is up to 50 ms old.
 *
 * @param before what was known to be tried of it at the interrupt
 */
export function computedAfter({ computed, hop }: Pick<Outcome, "computed" | "hop">, before: number): number {
  return Math.min(computed - before, hop?.isConfirmed ? hop.hashesAfterInterrupt : computed);
}

/** A thread is asked itself; another server has said so, or its time is over. */
function isIdle({ trace, untilMs }: Used, nowMs: number): boolean {
  return (trace?.isOver ?? true) && untilMs <= nowMs;
}

function since(startedMs: number, atMs: number | undefined): number | undefined {
  return atMs === undefined ? undefined : Math.max(0, atMs - startedMs);
}

/** Within what time a range has ended, its parts on servers behind the hop included; 0: it has. */
function unconfirmedMs({ isConfirmed, endsWithinMs, behind }: Hop): number {
  const parts = behind.filter(({ unconfirmed }) => unconfirmed > 0);
  return Math.max(isConfirmed ? 0 : endsWithinMs, ...parts.map(({ endsWithinMs }) => endsWithinMs));
}
