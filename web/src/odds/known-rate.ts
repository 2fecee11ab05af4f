// The server's figure is of the last second, and of less when work has just begun.
const steadyAfterMs = 1_000;
// A second's mean wavers by some per cent; the odds that follow from it should stand still.
const waver = 0.1;

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
    if (rate === undefined) rate = hashesPerSecond;
    if (isSteady && Math.abs(hashesPerSecond - rate) > waver * rate) rate = hashesPerSecond;
    return rate;
  };
}
