import { base64Of } from "./secret.ts";

/** Where a hash is nearest to a name. */
export interface Nearest {
  /** Where the first of the nearest stretches starts. */
  readonly offset: number;
  /** The wrong letters in it. */
  readonly distance: number;
}

/** Whether this page may hash: browsers let only pages from secure addresses. */
export function canHash(): boolean {
  return crypto.subtle !== undefined;
}

/** The SHA-1 of the bytes in base64, computed here. It throws where `canHash` is false. */
export async function fingerprintOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return base64Of(new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)));
}

/** The stretch of the hash with the fewest wrong letters, upper and lower case being the same. */
export function nearestIn(hash: string, name: string): Nearest {
  const [folded, wanted] = [hash.toLowerCase(), Array.from(name.toLowerCase())];
  let best: Nearest = { offset: 0, distance: wanted.length };
  for (let offset = 0; offset + wanted.length <= folded.length; offset++) {
    const distance = wanted.filter((character, i) => folded[offset + i] !== character).length;
    if (distance < best.distance) best = { offset, distance };
  }
  return best;
}
