import { secretAt } from "../kernel/candidate.ts";
import type { MatchList } from "../kernel/match-list.ts";
import { digestLength } from "../kernel/sha1.ts";

/** A candidate within the listed distance of the name. */
export interface Match {
  /** Its position in the order of candidates. */
  readonly index: bigint;
  /** Its bytes, in base64. */
  readonly secret: string;
  /** Its SHA-1, in base64, 28 characters. */
  readonly hash: string;
  readonly distance: number;
  /** Where in the hash the first window with that distance starts. */
  readonly offset: number;
}

/** The match in one row of a scan's list. `start` is the index that the scan started at. */
export function matchAt(list: MatchList, row: number, start: bigint): Match {
  const index = start + BigInt(list.indexes[row] as number);
  const digest = list.digests.subarray(row * digestLength, (row + 1) * digestLength);
  return {
    index,
    secret: base64(secretAt(index)),
    hash: base64(digest),
    distance: list.distances[row] as number,
    offset: list.offsets[row] as number,
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
