import { candidateAt } from "../../session/candidate.ts";
import { canHash, fingerprintOf, nearestIn } from "../../session/fingerprint.ts";
import type { Match } from "../../session/matches.ts";
import type { SearchState } from "../../session/search-state.ts";
import { base64Of, bytesOf, hexOf } from "../../session/secret.ts";

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
  const hash = await hashed(bytes);
  return { bytes: hexOf(bytes), hash, offset: nearestIn(hash, name).offset, isHit: false };
}

export function sampleOf({ secret, hash, offset }: Match): Sample {
  return { bytes: hexOf(bytesOf(secret) ?? new Uint8Array()), hash, offset, isHit: true };
}

/** By the browser; by a library where the browser hashes only for pages from a secure address. */
async function hashed(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (canHash()) return await fingerprintOf(bytes);
  const library = await import("@noble/hashes/legacy.js");
  return base64Of(library.sha1(bytes));
}
