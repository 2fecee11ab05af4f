import type { Hop } from "../engine/workers.ts";

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

/** The other servers that computed for one search. */
export class Hops {
  readonly #hops = new Map<string, HopReport>();
  /** Until when slices may go on of which nothing was heard. */
  #unconfirmedUntilMs: number[] = [];

  note(hop: Hop): void {
    const { serverInstance, serverName, isConfirmed, endsWithinMs } = hop;
    if (!isConfirmed) this.#unconfirmedUntilMs.push(performance.now() + endsWithinMs);
    const before = this.#hops.get(serverInstance);
    const isInterrupted = hop.interruptSeenAfterMs !== undefined;
    this.#hops.set(serverInstance, {
      serverInstance,
      serverName,
      hashes: (before?.hashes ?? 0n) + BigInt(hop.hashes),
      hashesAfterInterrupt: (before?.hashesAfterInterrupt ?? 0n) + BigInt(hop.hashesAfterInterrupt),
      interruptSeenAfterMs: isInterrupted ? hop.interruptSeenAfterMs : before?.interruptSeenAfterMs,
      idleAfterMs: isInterrupted ? hop.idleAfterMs : (before?.idleAfterMs ?? hop.idleAfterMs),
      unconfirmed: (before?.unconfirmed ?? 0) + (isConfirmed ? 0 : 1),
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
