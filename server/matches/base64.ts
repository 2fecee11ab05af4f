const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const letters = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
const padding = "=".charCodeAt(0);

/**
 * Writes bytes as base64 text (RFC 4648, section 4), in ASCII.
 *
 * @returns where the text ends
 */
export function writeBase64(
  into: Uint8Array,
  at: number,
  bytes: Uint8Array,
  from: number,
  length: number,
): number {
  let to = at;
  const end = from + length;
  let i = from;
  for (; i + 2 < end; i += 3) {
    const three = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    into[to++] = letters[three >> 18] as number;
    into[to++] = letters[(three >> 12) & 63] as number;
    into[to++] = letters[(three >> 6) & 63] as number;
    into[to++] = letters[three & 63] as number;
  }
  if (i === end) return to;
  const hasTwo = i + 1 < end;
  const last = ((bytes[i] as number) << 16) | (hasTwo ? (bytes[i + 1] as number) << 8 : 0);
  into[to++] = letters[last >> 18] as number;
  into[to++] = letters[(last >> 12) & 63] as number;
  into[to++] = hasTwo ? (letters[(last >> 6) & 63] as number) : padding;
  into[to++] = padding;
  return to;
}
