import { frameHeadBytes } from "../../proto/bounds.ts";
import { firstIndexOfLength, longestSecret, secretAt } from "../kernel/candidate.ts";
import { hashLength } from "../kernel/distance.ts";
import type { MatchList } from "../kernel/match-list.ts";
import { digestLength } from "../kernel/sha1.ts";
import { writeBase64 } from "./base64.ts";
import type { PackedMatches } from "./packed-matches.ts";

// Fields of HashNameResponse as protobuf writes them: (number << 3) | wire type,
// 2 for lengths, 0 for varints. https://protobuf.dev/programming-guides/encoding/
const secretTag = (1 << 3) | 2;
const hashTag = (2 << 3) | 2;
const distanceTag = 3 << 3;
const indexTag = 4 << 3;
const offsetTag = 5 << 3;

const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);
const longestVarint = 10;
// Distance and offset are at most 28: one byte after their tags.
const longestFrame =
  frameHeadBytes + 2 + base64Length(longestSecret) + 2 + hashLength + 2 + 1 + longestVarint + 2;

/**
 * Encodes a scan's matches as the contract's messages, in frames.
 *
 * By hand, since it is done for up to half a million matches a second, on the
 * threads that search: protobuf-es's `toBinary` takes some six times as long. It
 * is tested to write the same bytes.
 *
 * @param start index of the scan's first candidate
 */
export function packMatches(list: MatchList, start: bigint, idealDistance: number): PackedMatches {
  const count = list.length;
  const frames = new Uint8Array(count * longestFrame);
  const ends = new Uint32Array(count);
  const secrets = new Secrets(start);
  let at = 0;
  for (let row = 0; row < count; row++) {
    at = writeFrame(frames, at, list, row, secrets);
    ends[row] = at;
  }
  return {
    count,
    frames: frames.subarray(0, at),
    ends,
    indexes: list.indexes,
    endsIdeal: count > 0 && (list.distances[count - 1] as number) <= idealDistance,
  };
}

/** @returns where the frame ends */
function writeFrame(into: Uint8Array, from: number, list: MatchList, row: number, secrets: Secrets): number {
  let at = from + frameHeadBytes;
  secrets.moveTo(list.indexes[row] as number);
  if (secrets.length > 0) {
    into[at++] = secretTag;
    into[at++] = base64Length(secrets.length);
    at = writeBase64(into, at, secrets.bytes, 0, secrets.length);
  }
  into[at++] = hashTag;
  into[at++] = hashLength;
  at = writeBase64(into, at, list.digests, row * digestLength, digestLength);
  const distance = list.distances[row] as number;
  if (distance > 0) {
    into[at++] = distanceTag;
    into[at++] = distance;
  }
  at = secrets.writeIndex(into, at);
  const offset = list.offsets[row] as number;
  if (offset > 0) {
    into[at++] = offsetTag;
    into[at++] = offset;
  }
  // No compression, and a length below 256.
  into[from] = 0;
  into[from + 1] = 0;
  into[from + 2] = 0;
  into[from + 3] = 0;
  into[from + 4] = at - from - frameHeadBytes;
  return at;
}

/** The candidates of one scan, by their distance from its start, which only grows. */
class Secrets {
  readonly bytes = new Uint8Array(longestSecret);
  length = 0;
  readonly #start: bigint;
  /** Whether all indexes that a scan can reach are exact as numbers, which are faster. */
  readonly #isSmall: boolean;
  #index = 0n;
  #number = 0;

  constructor(start: bigint) {
    this.#start = start;
    this.#isSmall = start + 2n ** 32n < BigInt(Number.MAX_SAFE_INTEGER);
  }

  moveTo(fromStart: number): void {
    if (!this.#isSmall) {
      this.#index = this.#start + BigInt(fromStart);
      const secret = secretAt(this.#index);
      this.bytes.set(secret);
      this.length = secret.length;
      return;
    }
    const number = Number(this.#start) + fromStart;
    this.#number = number;
    while (number >= (firstNumbers[this.length + 1] as number)) this.length++;
    let rest = number - (firstNumbers[this.length] as number);
    for (let i = this.length - 1; i >= 0; i--) {
      const above = Math.floor(rest / 256);
      this.bytes[i] = rest - 256 * above;
      rest = above;
    }
  }

  /** @returns where it ends */
  writeIndex(into: Uint8Array, from: number): number {
    let at = from;
    if (this.#isSmall) {
      let rest = this.#number;
      if (rest > 0) into[at++] = indexTag;
      for (; rest >= 128; rest = Math.floor(rest / 128)) into[at++] = (rest % 128) | 128;
      if (rest > 0) into[at++] = rest;
      return at;
    }
    let rest = this.#index;
    into[at++] = indexTag;
    for (; rest >= 128n; rest >>= 7n) into[at++] = Number(rest & 127n) | 128;
    into[at++] = Number(rest);
    return at;
  }
}

// Exact up to the length of 7, and no small index is of a longer one.
const firstNumbers = Array.from({ length: longestSecret + 2 }, (_, length) =>
  Number(firstIndexOfLength(length)),
);
