// The server's figure is the mean of 5 s: it rises for 5 s when work begins, and
// falls for 5 s when it ends.
const steadyAfterMs = 5_000;

/** What the server's activity says of its speed. */
export interface RateSample {
  readonly atMs: number;
  readonly workersBusy: number;
  readonly hashesPerSecond: number;
  /** By the server's own measurement at its start; 0: not measured. */
  readonly expectedHashesPerSecond: number;
}

/**
 * The server's speed while it works, or while it last worked. Until it has worked, the
 * speed that it expects of itself; undefined when it does not say.
 */
export function createKnownRate(): (sample: RateSample) => number | undefined {
  let rate: number | undefined;
  let busySince: number | undefined;
  return ({ atMs, workersBusy, hashesPerSecond, expectedHashesPerSecond }) => {
    if (expectedHashesPerSecond > 0) rate ??= expectedHashesPerSecond;
    if (workersBusy === 0) {
      busySince = undefined;
      return rate;
    }
    busySince ??= atMs;
    if (hashesPerSecond <= 0) return rate;
    const isSteady = atMs - busySince >= steadyAfterMs;
    if (isSteady || rate === undefined || hashesPerSecond > rate) rate = hashesPerSecond;
    return rate;
  };
}
