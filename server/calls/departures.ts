// Enough to smooth, few enough to follow a change.
const mostNoted = 20;
// Nobody can know when a call without limits ends.
const unknownMs = 30_000;
const shortestMs = 1000;

/** When calls ended lately, to say honestly when a place will be free. */
export class Departures {
  readonly #atMs: number[] = [];

  /** A call has ended, at a time of any steady clock. */
  note(atMs: number): void {
    this.#atMs.push(atMs);
    if (this.#atMs.length > mostNoted) this.#atMs.shift();
  }

  /**
   * Milliseconds until a newcomer's turn, at least a second: as often as places
   * became free lately, and no later than the first call must end.
   *
   * @param remainingMs when each running call ends at the latest
   * @param ahead how many wait before the newcomer
   */
  nextAfterMs(remainingMs: readonly number[], ahead: number): number {
    const first = this.#atMs[0];
    const last = this.#atMs.at(-1);
    const intervals = this.#atMs.length - 1;
    const byHabit =
      first !== undefined && last !== undefined && intervals > 0 ? (last - first) / intervals : unknownMs;
    return Math.max(shortestMs, Math.min(byHabit, ...remainingMs) * (ahead + 1));
  }
}
