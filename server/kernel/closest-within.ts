import type { BestWindow } from "./distance.ts";

/** The first window with the fewest mismatches, if they are at most the limit; both as kinds. */
export function closestWithin(limit: number, wanted: Uint8Array, found: Uint8Array): BestWindow | undefined {
  let best: BestWindow | undefined;
  let bound = limit;
  for (let offset = 0; offset + wanted.length <= found.length; offset++) {
    let distance = 0;
    for (let i = 0; i < wanted.length && distance <= bound; i++) {
      if (wanted[i] !== found[offset + i]) distance++;
    }
    if (distance > bound) continue;
    best = { distance, offset };
    bound = distance - 1;
  }
  return best;
}
