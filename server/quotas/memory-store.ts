import { amountAt, grantOf, type Level, type Quota, type Taken, type Wish } from "./quota.ts";
import type { QuotaStore } from "./quota-store.ts";

// 10 MB. A client that is forgotten has a full bucket again, as one that comes
// from another address has.
const mostKept = 50_000;

/** Buckets in this process. Those that are full, and those that were touched longest ago where there are too many, are forgotten. */
export class MemoryStore implements QuotaStore {
  readonly #levels = new Map<string, Level>();
  readonly #nowMs: () => number;
  readonly #mostKept: number;

  /** @param nowMs any steady clock */
  constructor({ nowMs = () => performance.now(), most = mostKept } = {}) {
    this.#nowMs = nowMs;
    this.#mostKept = most;
  }

  /** Buckets that are kept. */
  get size(): number {
    return this.#levels.size;
  }

  async take(quota: Quota, client: string, wish: Wish): Promise<Taken> {
    const key = `${quota.of} ${client}`;
    const atMs = this.#nowMs();
    const before = amountAt(quota, this.#levels.get(key), atMs);
    const granted = grantOf(wish, before);
    const amount = Math.min(quota.capacity, before - granted);
    // To the end of the line of those that may be forgotten.
    this.#levels.delete(key);
    if (amount < quota.capacity) this.#levels.set(key, { amount, atMs });
    for (const oldest of this.#levels.keys()) {
      if (this.#levels.size <= this.#mostKept) break;
      this.#levels.delete(oldest);
    }
    return { granted, left: amount };
  }

  left(quota: Quota, client: string): number {
    return amountAt(quota, this.#levels.get(`${quota.of} ${client}`), this.#nowMs());
  }

  close(): void {
    this.#levels.clear();
  }
}
