import type { SliceResult } from "../engine/workers.ts";

/** The result as if its slice had ended after so many matches; what was tried beyond them counts as not tried. */
export function shortened(result: SliceResult, most: number): SliceResult {
  const { count, frames, ends, indexes } = result.matches;
  if (count <= most) return result;
  return {
    ...result,
    tried: (indexes[most - 1] as number) + 1,
    matches: {
      count: most,
      frames: frames.subarray(0, ends[most - 1]),
      ends: ends.subarray(0, most),
      indexes: indexes.subarray(0, most),
      endsIdeal: false,
    },
  };
}
