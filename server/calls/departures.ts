// Enough to smooth, few enough to follow a change.
const mostNoted = 20;
/** What ended longer ago says nothing of what is to come. */
export const rememberedMs = 60_000;
// Nobody can know when a call without limits ends.
const unknownMs = 30_000;

/** When calls ended lately, to say honestly when a place will be free. */
export class Departures {
  readonly #atMs: number[] = [];

  /** A call has ended, at a time of any steady clock. */
  note(atMs: number): void {
    this.#atMs.push(atMs);
    if (this.#atMs.length > mostNoted) this.#atMs.shift();
  }

  /**
   * Milliseconds from one place that becomes free to the next, as things are
   * now: as often as lately, and no sooner than the pause since the last one
   * lets hope for.
   */
  intervalMs(nowMs: number): number {
    while ((this.#atMs[0] ?? nowMs) < nowMs - rememberedMs) this.#atMs.shift();
    const first = this.#atMs[0];
    const last = this.#atMs.at(-1);
    if (first === undefined || last === undefined || this.#atMs.length < 2) return unknownMs;
    const usual = (last - first) / (this.#atMs.length - 1);
    return Math.max(usual, Math.min(nowMs - last, unknownMs));
  }
}
