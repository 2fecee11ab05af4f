/** A rate of hashes a second at a time of `performance.now()`. */
export interface RateSample {
  readonly at: number;
  readonly perSecond: number;
}

/** How far back the samples go, in milliseconds. */
export const sampledMs = 60_000;

// The server speaks up to ten times a second; a chart this small cannot show more than one sample a second.
const everyMs = 1_000;

/** The samples of the last minute with a new one added. Each second keeps its latest sample only. */
export function withSample(samples: readonly RateSample[], sample: RateSample): readonly RateSample[] {
  const second = (at: number) => Math.floor(at / everyMs);
  const earlier = samples.filter(({ at }) => at > sample.at - sampledMs && second(at) !== second(sample.at));
  return [...earlier, sample];
}

// A first rise from 0, alone in a chart, reads as a tick: as if something were done.
const leastMs = 10_000;

/** Whether the samples go back far enough to be read as a curve. */
export function isCurve(samples: readonly RateSample[]): boolean {
  const [oldest, newest] = [samples[0], samples[samples.length - 1]];
  return oldest !== undefined && newest !== undefined && newest.at - oldest.at >= leastMs;
}

/**
 * The samples as points of an SVG polyline in a box of that size: time to the
 * right, the newest at the right edge; rate upwards from 0 to the highest.
 */
export function pointsOf(samples: readonly RateSample[], width: number, height: number): string {
  const newest = samples[samples.length - 1]?.at ?? 0;
  const highest = Math.max(1, ...samples.map(({ perSecond }) => perSecond));
  return samples
    .map(({ at, perSecond }) => {
      const x = width - ((newest - at) / sampledMs) * width;
      const y = height - (perSecond / highest) * height;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}
