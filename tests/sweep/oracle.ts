import { hash } from "node:crypto";

export interface OracleMatch {
  readonly distance: number;
  readonly offset: number;
}

const secrets = [0, 1, 2, 3].map((length) => Buffer.alloc(length));

/** The hash in base64, by the platform, of a candidate of up to 3 bytes. */
export function hashOf(index: number): string {
  // Of the candidates, 1 is empty, 256 have one byte, 65,536 have two.
  let length = 0;
  let rank = index;
  while (rank >= 256 ** length) rank -= 256 ** length++;
  const secret = secrets[length] as Buffer;
  if (length > 0) secret.writeUIntBE(rank, 0, length);
  return hash("sha1", secret, "base64");
}

/**
 * The first of the closest windows within a limit, by comparing texts.
 *
 * @param name in lower case
 * @param text a hash in lower case
 */
export function matchOf(name: string, limit: number, text: string): OracleMatch | undefined {
  let best: OracleMatch | undefined;
  for (let offset = 0; offset + name.length <= text.length; offset++) {
    const most = best ? best.distance - 1 : limit;
    let distance = 0;
    for (let i = 0; i < name.length && distance <= most; i++) {
      if (name.charCodeAt(i) !== text.charCodeAt(offset + i)) distance++;
    }
    if (distance <= most) best = { distance, offset };
  }
  return best;
}
