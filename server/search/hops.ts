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
  /** Slices of which it did not say that its thread is idle. */
  readonly unconfirmed: number;
  /** They end by themselves within so long. */
  readonly endsWithinMs: number;
}

// A server that gives itself a new name for each range must not fill the memory.
const mostHops = 1000;
const mostUnconfirmed = 1000;

/** The other servers that computed for one search. */
export class Hops {
  readonly #hops = new Map<string, HopReport>();
  /** Until when slices may go on of which nothing was heard. */
  #unconfirmedUntilMs: number[] = [];

  note({ isConfirmed, behind, ...hop }: Hop): void {
    this.#note({ ...hop, unconfirmed: isConfirmed ? 0 : 1 });
    for (const further of behind) this.#note(further);
  }

  #note(hop: HopBehind): void {
    const { serverInstance, serverName, unconfirmed, endsWithinMs } = hop;
    const untilMs = performance.now() + endsWithinMs;
    for (let i = 0; i < Math.min(unconfirmed, mostUnconfirmed); i++) this.#unconfirmedUntilMs.push(untilMs);
    const known = this.#hops.has(serverInstance) || this.#hops.size < mostHops;
    const key = known ? serverInstance : "";
    const before = this.#hops.get(key);
    const isInterrupted = hop.interruptSeenAfterMs !== undefined;
    this.#hops.set(key, {
      serverInstance: key,
      serverName: known ? serverName : "",
      hashes: (before?.hashes ?? 0n) + BigInt(hop.hashes),
      hashesAfterInterrupt: (before?.hashesAfterInterrupt ?? 0n) + BigInt(hop.hashesAfterInterrupt),
      interruptSeenAfterMs: isInterrupted ? hop.interruptSeenAfterMs : before?.interruptSeenAfterMs,
      idleAfterMs: isInterrupted ? hop.idleAfterMs : (before?.idleAfterMs ?? hop.idleAfterMs),
      unconfirmed: (before?.unconfirmed ?? 0) + unconfirmed,
      endsWithinMs: Math.max(before?.endsWithinMs ?? 0, endsWithinMs),
    });
  }

  /** Slices of which nobody knows whether they still run. */
  get unconfirmed(): number {
    const nowMs = performance.now();
    this.#unconfirmedUntilMs = this.#unconfirmedUntilMs.filter((untilMs) => untilMs > nowMs);
    return this.#unconfirmedUntilMs.length;
  }

  list(): readonly HopReport[] {
    return [...this.#hops.values()];
  }
}
