/** Characters of a SHA-1 digest in base64 (RFC 4648, section 4), "=" included. */
export const hashLength = 28;

/** The window of a hash that is closest to the name. */
export interface BestWindow {
  /** Case-insensitive mismatches in that window: the Hamming distance. */
  readonly distance: number;
  /** Start of the first window with that distance, 0 to 28 - name length. */
  readonly offset: number;
}

/**
 * The fewest case-insensitive mismatches between a name of 1 to 28 characters
 * and every window of the hash that is as long.
 */
export function closest(name: string, hash: string): BestWindow {
  const wanted = name.toLowerCase();
  const folded = hash.toLowerCase();
  let best: BestWindow = { distance: wanted.length + 1, offset: 0 };
  for (let offset = 0; offset + wanted.length <= folded.length; offset++) {
    let distance = 0;
    for (let i = 0; i < wanted.length; i++) {
      if (wanted.charCodeAt(i) !== folded.charCodeAt(offset + i)) distance++;
    }
    if (distance < best.distance) best = { distance, offset };
  }
  return best;
}
