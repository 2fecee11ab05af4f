import { and, type Code, get, type Local, or, set, shiftLeft, shiftRight, xor } from "./assembler.ts";

/** Masks that repeat in every lane. */
export interface Masks {
  readonly lowHalf: Code;
  readonly lowBytes: Code;
  readonly bits6: Code;
  readonly bits4: Code;
  readonly bits2: Code;
  readonly bits4High: Code;
  readonly bits2High: Code;
}

/**
 * Transposes the bytes of four vectors of words: afterwards vector i holds byte
 * i of all words, the lowest first; those of the first vector at the lowest
 * byte of each lane. It uses no shuffles, because the revectorizer does not pair them.
 */
export function transpose(x: readonly [Local, Local, Local, Local], masks: Masks, swap: Local): Code[] {
  const [x0, x1, x2, x3] = x;
  const exchange = (low: Local, high: Local, mask: Code, bits: number): Code[] => [
    set(swap, and(xor(shiftRight(get(low), bits), get(high)), mask)),
    set(high, xor(get(high), get(swap))),
    set(low, xor(get(low), shiftLeft(get(swap), bits))),
  ];
  return [
    ...exchange(x0, x2, masks.lowHalf, 16),
    ...exchange(x1, x3, masks.lowHalf, 16),
    ...exchange(x0, x1, masks.lowBytes, 8),
    ...exchange(x2, x3, masks.lowBytes, 8),
  ];
}

/**
 * The 6-bit symbol at a position of the base64 text, 0 to 26: one in each byte lane.
 *
 * @param byte gives the vector of a digest's byte, 0 to 19
 */
export function symbolAt(position: number, byte: (at: number) => Code, masks: Masks): Code {
  const at = 3 * (position >> 2);
  switch (position & 3) {
    case 0:
      return and(shiftRight(byte(at), 2), masks.bits6);
    case 1:
      return or(and(shiftLeft(byte(at), 4), masks.bits2High), and(shiftRight(byte(at + 1), 4), masks.bits4));
    case 2: {
      const high = and(shiftLeft(byte(at + 1), 2), masks.bits4High);
      // The last 4 bits are followed by zeros (RFC 4648, section 4).
      return at + 2 === 20 ? high : or(high, and(shiftRight(byte(at + 2), 6), masks.bits2));
    }
    default:
      return and(byte(at + 2), masks.bits6);
  }
}
