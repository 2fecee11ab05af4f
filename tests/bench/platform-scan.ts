import { createHash, hash } from "node:crypto";
import { roundMs } from "./scan-rate.ts";

/** SHA-1 in base64. */
export type PlatformHash = (secret: Buffer) => string;

/** As most programs write it. */
export const createdHash: PlatformHash = (secret) => createHash("sha1").update(secret).digest("base64");

/** About twice as fast, in Node from 21.7 on. */
export const oneShotHash: PlatformHash = (secret) => hash("sha1", secret, "base64");

/** Millions of candidates a second on this thread. */
export function platformMHs(hashed: PlatformHash, name: string, distance: number): number {
  const batch = 5_000;
  const started = performance.now();
  let hashes = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    scanWithPlatform(hashed, name, distance, batch);
    hashes += batch;
    elapsed = performance.now() - started;
  }
  return hashes / elapsed / 1000;
}

/**
 * What one would write with the platform's SHA-1 and base64, and care: the
 * secret counted up in place, and a distance that gives a window up at its
 * first mismatch too many.
 *
 * @param name in lower case
 * @returns candidates of three bytes within the distance
 */
function scanWithPlatform(hashed: PlatformHash, name: string, distance: number, count: number): number {
  const secret = Buffer.from([0x55, 0, 0]);
  let matches = 0;
  for (let i = 0; i < count; i++) {
    if (isWithin(name, distance, hashed(secret).toLowerCase())) matches++;
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
