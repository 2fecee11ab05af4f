import { secretAt } from "../kernel/candidate.ts";
import type { MatchList } from "../kernel/match-list.ts";
import { digestLength } from "../kernel/sha1.ts";

/** A candidate within the listed distance of the name. */
export interface Match {
  /** Its place in the order of candidates. */
  readonly index: bigint;
  /** Its bytes, in base64. */
  readonly secret: string;
  /** Its SHA-1, in base64, 28 characters. */
  readonly hash: string;
  readonly distance: number;
  /** Where in the hash the first window with that distance starts. */
  readonly offset: number;
}

/** The match at a place of a scan's list, the scan having started at an index. */
export function matchAt(list: MatchList, place: number, start: bigint): Match {
  const index = start + BigInt(list.indexes[place] as number);
  const digest = list.digests.subarray(place * digestLength, (place + 1) * digestLength);
  return {
    index,
    secret: base64(secretAt(index)),
    hash: base64(digest),
    distance: list.distances[place] as number,
    offset: list.offsets[place] as number,
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
