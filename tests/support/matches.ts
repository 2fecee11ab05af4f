import { secretAt } from "../../server/kernel/candidate.ts";
import type { MatchList } from "../../server/kernel/match-list.ts";
import { digestLength } from "../../server/kernel/sha1.ts";

import { messagesIn } from "../../server/matches/unpack.ts";
import type { Search } from "../../server/search/search.ts";

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

/** The match in a row of a scan's list, the scan having started at an index: the plain way to say it. */
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

/** The matches in order, as somebody decodes them who has received them. */
export async function* matchesOf(search: Search): AsyncGenerator<Match, void, void> {
  for await (const { frames } of search.batches()) yield* matchesIn(frames);
}

/** The ideal match. */
export async function answerOf(search: Search): Promise<Match> {
  const { frames } = await search.answer();
  const match = [...matchesIn(frames)].at(-1);
  if (!match) throw new Error("the answer has no match");
  return match;
}

/** The matches in packed frames. */
export function* matchesIn(frames: Uint8Array): Generator<Match, void, void> {
  for (const message of messagesIn(frames)) {
    yield {
      index: message.candidateIndex,
      secret: message.secret,
      hash: message.hashedName,
      distance: message.hammingDistance,
      offset: message.matchOffset,
    };
  }
}
