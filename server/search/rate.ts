// Four samples of the server's: people read it beside what is busy now, so it must not tell of the past.
const windowMs = 1000;

/** A count's growth a second over the last second, from samples of its total. */
export class Rate {
  readonly #samples: { readonly atMs: number; readonly total: number }[] = [];

  /** Notes the total now, in milliseconds of any steady clock. */
  sample(atMs: number, total: number): void {
    this.#samples.push({ atMs, total });
    // The last sample outside the window stays, so that the window is covered.
    while ((this.#samples[1]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs - windowMs) this.#samples.shift();
  }

  /** Forgets the past: what grows from now on grows from this total. */
  restart(atMs: number, total: number): void {
    this.#samples.length = 0;
    this.sample(atMs, total);
  }

  /** By the samples so far; 0 without two of them. */
  get perSecond(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.atMs === first.atMs) return 0;
    return ((last.total - first.total) / (last.atMs - first.atMs)) * 1000;
  }
}
