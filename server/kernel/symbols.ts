import { hashLength } from "./distance.ts";

// A hash has 38 kinds of characters once case is folded, and the padding.
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const kinds = "abcdefghijklmnopqrstuvwxyz0123456789+/=";

/** The kind of "=", which is always the last character. */
export const padding = kinds.indexOf("=");

const kindOfSymbol = Uint8Array.from(alphabet, (character) => kinds.indexOf(character.toLowerCase()));

/** Every character of a name as its kind, 0 to 38: equal kinds match. */
export function kindsOfName(name: string): Uint8Array {
  return Uint8Array.from(name.toLowerCase(), (character) => kinds.indexOf(character));
}

/**
 * Writes the kinds of the 28 characters that a digest has in base64: 6 bits
 * each from the first (RFC 4648, section 4), the last 4 bits followed by zeros.
 */
export function kindsOfDigest(digest: Uint8Array, into: Uint8Array): void {
  let out = 0;
  for (let i = 0; i < 18; i += 3) {
    const bits = (byte(digest, i) << 16) | (byte(digest, i + 1) << 8) | byte(digest, i + 2);
    into[out++] = kind(bits >> 18);
    into[out++] = kind((bits >> 12) & 63);
    into[out++] = kind((bits >> 6) & 63);
    into[out++] = kind(bits & 63);
  }
  const rest = (byte(digest, 18) << 16) | (byte(digest, 19) << 8);
  into[out++] = kind(rest >> 18);
  into[out++] = kind((rest >> 12) & 63);
  into[out++] = kind((rest >> 6) & 63);
  into[hashLength - 1] = padding;
}

function byte(bytes: Uint8Array, i: number): number {
  return bytes[i] as number;
}

function kind(symbol: number): number {
  return kindOfSymbol[symbol] as number;
}
