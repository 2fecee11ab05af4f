/** What one search may compute of its client's credit. */
export interface Credit {
  /** How many of so many hashes may be given out now. Where that is few, more is asked for. */
  within(most: number): number;
  /** Takes hashes for a range that is given out, no more than are within. */
  take(hashes: number): void;
  /** Puts back what was taken and not computed. */
  giveBack(hashes: number): void;
  /** Whether there are none, and no more will come. */
  readonly isSpent: boolean;
  /** How long after it is spent a search may start again. */
  readonly retryAfterMs: number;
  /** Calls back when there may be more, and when there will be no more. */
  onChange(callback: () => void): void;
}
