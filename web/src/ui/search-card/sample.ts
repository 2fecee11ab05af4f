import { candidateAt } from "../../session/candidate.ts";
import type { Match } from "../../session/matches.ts";
import type { SearchState } from "../../session/search-state.ts";

/** One candidate, and how near its hash is to the name. */
export interface Sample {
  /** "4F 8A 11" */
  readonly bytes: string;
  readonly hash: string;
  /** Where the stretch starts that is nearest to the name. */
  readonly offset: number;
  readonly isHit: boolean;
}

/**
 * The index of the last candidate of those that were tried in order, as far as
 * the server has told it; undefined before the first.
 */
export function lastTried({ report, progress, run }: SearchState): bigint | undefined {
  const next = report?.nextIndex ?? progress?.nextIndex ?? 0n;
  return next > run.startIndex ? next - 1n : undefined;
}

/** The candidate, hashed here: the server's order is known, so nothing needs to be asked. */
export async function sampleAt(index: bigint, name: string): Promise<Sample> {
  const bytes = candidateAt(index);
  const digest = await sha1(bytes);
  const hash = btoa(String.fromCharCode(...digest));
  return { bytes: hexOf(bytes), hash, offset: nearestOffset(hash, name), isHit: false };
}

export function sampleOf({ secret, hash, offset }: Match): Sample {
  const bytes = Uint8Array.from(atob(secret), (character) => character.charCodeAt(0));
  return { bytes: hexOf(bytes), hash, offset, isHit: true };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join(" ")
    .toUpperCase();
}

/** By the browser; by a library where the browser hashes only for pages from a secure address. */
async function sha1(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if ("subtle" in crypto) return new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  const library = await import("@noble/hashes/legacy.js");
  return library.sha1(bytes);
}

function nearestOffset(hash: string, name: string): number {
  const [folded, wanted] = [hash.toLowerCase(), Array.from(name.toLowerCase())];
  let [best, most] = [0, -1];
  for (let offset = 0; offset + wanted.length <= folded.length; offset++) {
    const right = wanted.filter((character, i) => folded[offset + i] === character).length;
    if (right > most) [best, most] = [offset, right];
  }
  return best;
}
