import { frameHeadBytes } from "../../proto/bounds.ts";
import { hashLength } from "../kernel/distance.ts";
import type { ScanJob } from "../kernel/scan.ts";

/** What frames from another server hold. */
export interface Inspected {
  /** Where each ends. */
  readonly ends: readonly number[];
  /** Candidate indexes, from the range's start. */
  readonly indexes: readonly number[];
  readonly lastDistance: number;
}

// Fields of HashNameResponse with wire type 0, and those with type 2.
const distanceTag = 3 << 3;
const indexTag = 4 << 3;
const offsetTag = 5 << 3;
const secretTag = (1 << 3) | 2;
const hashTag = (2 << 3) | 2;

/**
 * Looks over frames of HashNameResponse messages: that they are whole, in order,
 * after one another and within the range, with nothing after an ideal one. Only
 * what order and distance need is read, and that texts are texts: it is done on
 * the main thread, for each match.
 *
 * @param after the last index before these frames, from the start; -1 for none
 * @throws Error that says what is wrong
 */
export function inspectFrames(
  frames: Uint8Array,
  { start, count, idealDistance, listedDistance }: Omit<ScanJob, "name">,
  after: number,
): Inspected {
  const ends: number[] = [];
  const indexes: number[] = [];
  let last = after;
  let lastDistance = Number.POSITIVE_INFINITY;
  for (let at = 0; at < frames.length; ) {
    if (lastDistance <= idealDistance) throw new Error("a match comes after the ideal one");
    const head = at + frameHeadBytes;
    const end = head + (frames[at + 4] ?? 0);
    const isShort = frames[at] === 0 && frames[at + 1] === 0 && frames[at + 2] === 0 && frames[at + 3] === 0;
    if (!isShort || end > frames.length) throw new Error("a frame is cut short or too long");
    const { index, distance } = fieldsOf(frames, head, end);
    const fromStart = index - start;
    if (fromStart < 0n || fromStart >= BigInt(count))
      throw new Error(`candidate ${index} is not in the range`);
    if (Number(fromStart) <= last) throw new Error(`candidate ${index} comes twice or too late`);
    if (distance > listedDistance)
      throw new Error(`candidate ${index} is ${distance} away, which is too far`);
    last = Number(fromStart);
    lastDistance = distance;
    indexes.push(last);
    ends.push(end);
    at = end;
  }
  return { ends, indexes, lastDistance };
}

function fieldsOf(frames: Uint8Array, from: number, to: number): { index: bigint; distance: number } {
  let index = 0n;
  let distance = 0;
  let hasHash = false;
  let before = 0;
  for (let at = from; at < to; ) {
    const tag = frames[at++] as number;
    if (tag <= before) throw new Error("the fields of a match are not in order");
    before = tag;
    if (tag === secretTag || tag === hashTag) {
      const length = frames[at++] ?? 0;
      if (tag === hashTag) hasHash = length === hashLength;
      for (const end = at + length; at < end; at++) {
        if ((frames[at] ?? 128) >= 128) throw new Error("a text of a match is not base64");
      }
    } else if (tag === distanceTag || tag === offsetTag) {
      const value = frames[at++] ?? 0;
      if (value >= 128) throw new Error("a distance is too large");
      if (tag === distanceTag) distance = value;
    } else if (tag === indexTag) {
      let shift = 0n;
      let byte: number;
      do {
        byte = frames[at++] ?? 0;
        index |= BigInt(byte & 127) << shift;
        shift += 7n;
      } while (byte >= 128 && shift < 70n);
    } else {
      throw new Error(`a match has a field that is not known (tag ${tag})`);
    }
    if (at > to) throw new Error("a match is cut short");
  }
  if (!hasHash) throw new Error("a match has no hash");
  return { index, distance };
}
