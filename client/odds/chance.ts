import { bonferroniBounds } from "./bounds.ts";
import { folded } from "./symbols.ts";
import { chanceOfUnion } from "./union.ts";

/** The bounds of the chance per hash. Where it is exact, both are the same but for rounding. */
export interface Chance {
  readonly low: number;
  readonly high: number;
}

// Bounds that are this close are as good as exact, because three digits are shown.
const nearEnough = 1.0001;
// The largest cases take a few tenths of a second with this many.
const maximumStates = 20_000;

/**
 * The chance that the hash of one random candidate has the name within `distance`
 * mismatches. Chooses by cost: bounds, where they are near enough, else the walk over
 * all alignments, which drops what it cannot hold; then both together.
 */
export function chancePerHash(name: string, distance: number): Chance {
  const text = folded(name);
  if (distance >= text.length) return { low: 1, high: 1 };
  const bounds = bonferroniBounds(text, distance);
  if (bounds.high <= bounds.low * nearEnough) return bounds;
  const walked = chanceOfUnion(text, distance, maximumStates);
  return { low: Math.max(bounds.low, walked.low), high: Math.min(bounds.high, walked.high) };
}

/** The best single figure: the middle, on the scale of ratios. */
export function middle({ low, high }: Chance): number {
  return Math.sqrt(low) * Math.sqrt(high);
}
