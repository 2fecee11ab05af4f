import type { Hop, HopBehind } from "../engine/workers.ts";

/** What another server says of its share of a search. */
export interface HopReport {
  readonly serverInstance: string;
  readonly serverName: string;
  readonly hashes: bigint;
  readonly hashesAfterInterrupt: bigint;
  /** Of the last slice that was interrupted, from its acceptance, on that server's clock. */
  readonly interruptSeenAfterMs: number | undefined;
  readonly idleAfterMs: number;
  /** Slices of which it did not say that its thread is idle. It never falls: their calls are over, and no other tells. */
  readonly unconfirmed: number;
  /** They end by themselves within so long from now; 0 when they have. */
  readonly endsWithinMs: number;
}

// A server that gives itself a new name for each range must not fill the memory.
const mostHops = 1000;
// What it says of servers behind it must go into a report, whatever it is.
const mostHashes = 2n ** 63n;
const mostUnconfirmed = 1_000_000;
// The process's first moment.
const over = 0;

interface Noted extends Omit<HopReport, "endsWithinMs"> {
  readonly endsAtMs: number;
}

/** The other servers that computed for one search. */
export class Hops {
  readonly #hops = new Map<string, Noted>();

  note({ isConfirmed, behind, ...hop }: Hop): void {
    this.#note({ ...hop, unconfirmed: isConfirmed ? 0 : 1 });
    for (const further of behind) this.#note(further);
  }

  #note(hop: HopBehind): void {
    const { serverInstance, serverName, unconfirmed, endsWithinMs } = hop;
    const known = this.#hops.has(serverInstance) || this.#hops.size < mostHops;
    const key = known ? serverInstance : "";
    const before = this.#hops.get(key);
    const isInterrupted = hop.interruptSeenAfterMs !== undefined;
    this.#hops.set(key, {
      serverInstance: key,
      serverName: known ? serverName : "",
      hashes: counted(before?.hashes, hop.hashes),
      hashesAfterInterrupt: counted(before?.hashesAfterInterrupt, hop.hashesAfterInterrupt),
      interruptSeenAfterMs: isInterrupted ? hop.interruptSeenAfterMs : before?.interruptSeenAfterMs,
      idleAfterMs: isInterrupted ? hop.idleAfterMs : (before?.idleAfterMs ?? hop.idleAfterMs),
      unconfirmed: Math.min(mostUnconfirmed, (before?.unconfirmed ?? 0) + unconfirmed),
      endsAtMs: Math.max(before?.endsAtMs ?? over, unconfirmed > 0 ? performance.now() + endsWithinMs : over),
    });
  }

  /** As of now. */
  list(): readonly HopReport[] {
    const nowMs = performance.now();
    return [...this.#hops.values()].map(({ endsAtMs, ...hop }) => ({
      ...hop,
      endsWithinMs: Math.max(0, endsAtMs - nowMs),
    }));
  }
}

function counted(before = 0n, more: number): bigint {
  const sum = before + BigInt(more);
  return sum < mostHashes ? sum : mostHashes;
}
