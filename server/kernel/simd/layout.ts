// Where things are in a kernel's memory, in bytes. One batch is at most 64
// prefixes, all bytes of a candidate but the last, times 256 last bytes.

/** Prefixes prepared at a time, one a lane. */
export const prefixesPerQuad = 4;
export const prefixesPerBatch = 64;
/** Last bytes of a prefix hashed at a time, one a lane of two vectors. */
export const lanes = 8;
export const groupsPerPrefix = 256 / lanes;

/** W_t of each prefix: a row of 64 words for each t. */
export const rowBytes = 4 * prefixesPerBatch;
/** What the first steps need of a prefix beside its words: rows after the 80. */
export const earlyRows = { thirdXor: 80, thirdD: 81, fourthD: 82 };
const rows = 83;
/** A digest's five words of one group, 32 bytes each. */
export const digestWordBytes = 4 * lanes;
export const groupDigestBytes = 5 * digestWordBytes;

// The survivors of the filter come first, one byte a candidate, so that the
// address of such a byte is the candidate's position in the batch.
export const flagsAt = 0;
export const survivorsAt = flagsAt + 256 * prefixesPerBatch;
export const constantsAt = survivorsAt + 4 * 256 * prefixesPerBatch + 64;
export const queryAt = constantsAt + 192;
export const prefixesAt = queryAt + 64;
export const lastBytesAt = prefixesAt + rowBytes * rows;
const lastBytesBytes = 80 * digestWordBytes * groupsPerPrefix;
export const digestsAt = lastBytesAt + lastBytesBytes;
const end = digestsAt + groupDigestBytes * groupsPerPrefix * prefixesPerBatch;

export const memoryPages = Math.ceil(end / 65_536);

/** Which last byte a lane of a group holds. It is chosen so that the filter's flags come out in order. */
export function lastByteAt(group: number, lane: number): number {
  return 32 * (group >> 2) + 4 * lane + (group & 3);
}

/** Where the first word of a candidate's digest is; the next ones follow at `digestWordBytes`. */
export function digestAddress(position: number): number {
  const last = position & 0xff;
  const group = 4 * (last >> 5) + (last & 3);
  return (
    digestsAt +
    ((position >>> 8) * groupsPerPrefix + group) * groupDigestBytes +
    4 * ((last >> 2) & (lanes - 1))
  );
}
