import { hash } from "node:crypto";

/**
 * What one would write with the platform's SHA-1 and base64, and care: the
 * secret counted up in place, the one-shot hash, and a distance that gives a
 * window up at its first mismatch too many.
 *
 * @param name in lower case
 * @returns candidates of three bytes within the distance
 */
export function scanWithPlatform(name: string, distance: number, count: number): number {
  const secret = Buffer.from([0x55, 0, 0]);
  let matches = 0;
  for (let i = 0; i < count; i++) {
    if (isWithin(name, distance, hash("sha1", secret, "base64").toLowerCase())) matches++;
    secret.writeUInt16BE(i & 0xffff, 1);
  }
  return matches;
}

function isWithin(name: string, distance: number, text: string): boolean {
  for (let offset = 0; offset + name.length <= text.length; offset++) {
    let wrong = 0;
    for (let i = 0; i < name.length && wrong <= distance; i++) {
      if (name.charCodeAt(i) !== text.charCodeAt(offset + i)) wrong++;
    }
    if (wrong <= distance) return true;
  }
  return false;
}
