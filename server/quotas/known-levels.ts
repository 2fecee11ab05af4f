import { amountAt, type Level, type Quota } from "./quota.ts";

// As many people may watch the activity.
const mostKept = 10_000;
const freshMs = 1000;

/** What buckets in a store elsewhere held when it last answered. */
export class KnownLevels {
  readonly #levels = new Map<string, Level>();

  /** The store has told of a client's bucket. */
  note({ of }: Quota, client: string, amount: number): void {
    const key = `${of} ${client}`;
    this.#levels.delete(key);
    this.#levels.set(key, { amount, atMs: performance.now() });
    const [oldest] = this.#levels.keys();
    if (this.#levels.size > mostKept && oldest !== undefined) this.#levels.delete(oldest);
  }

  /** What it will hold now, if nobody has taken from it since; undefined when nothing is known. */
  left(quota: Quota, client: string): number | undefined {
    const level = this.#levels.get(`${quota.of} ${client}`);
    return level && amountAt(quota, level, performance.now());
  }

  /** Whether the store was heard of it a moment ago. */
  isFresh({ of }: Quota, client: string): boolean {
    const level = this.#levels.get(`${of} ${client}`);
    return level !== undefined && performance.now() - level.atMs < freshMs;
  }
}
