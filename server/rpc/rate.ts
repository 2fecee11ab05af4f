// Long enough to be steady, short enough to follow a Stop.
const windowMs = 5000;

/** A count's growth a second over the last 5 seconds, from samples of its total. */
export class Rate {
  readonly #samples: { readonly atMs: number; readonly total: number }[] = [];

  /** Notes the total now (milliseconds of any steady clock), answers the growth a second. */
  sample(atMs: number, total: number): number {
    this.#samples.push({ atMs, total });
    // The last sample outside the window stays, so that the window is covered.
    while ((this.#samples[1]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs - windowMs) this.#samples.shift();
    const first = this.#samples[0];
    if (!first || atMs === first.atMs) return 0;
    return ((total - first.total) / (atMs - first.atMs)) * 1000;
  }
}
