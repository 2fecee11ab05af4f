import { longestTimeSeconds } from "../../../proto/bounds.ts";
import type { ClientLimits } from "../../calls/limits.ts";

/** A line of the token file: whose token it is, how it is known, and what its holder may have. */
export interface TokenEntry {
  readonly name: string;
  /** SHA-256 of the token. */
  readonly digest: Buffer;
  readonly limits: ClientLimits;
}

/** Says which line is wrong and why, never what it holds: it may be a token itself. */
export class TokenFileError extends Error {}

const namePattern = /^[\w.@-]{1,64}$/;
const digestPattern = /^sha256:([0-9a-f]{64})$/i;

/** What may follow the hash, as name=NUMBER; 0: no limit. As the flags of the same words have it for all. */
const limits: Readonly<Record<string, LimitOption>> = {
  searches: { most: 1_000_000, limit: (value) => ({ maximumSearches: value }) },
  hashes: { most: Number.MAX_SAFE_INTEGER, limit: (value) => ({ maximumHashes: BigInt(value) }) },
  seconds: { most: longestTimeSeconds, limit: (value) => ({ maximumTimeMs: 1000 * value }) },
  "searches-per-minute": { most: 1_000_000, limit: (value) => ({ searchesPerMinute: value }) },
  "hash-credit": { most: Number.MAX_SAFE_INTEGER, limit: (value) => ({ hashCredit: value }) },
  "hash-credit-per-second": {
    most: Number.MAX_SAFE_INTEGER,
    limit: (value) => ({ hashCreditPerSecond: value }),
  },
};

interface LimitOption {
  readonly most: number;
  limit(value: number): ClientLimits;
}

/**
 * Reads a token file. Each line is a name, the hash of its token as sha256:HEX, and any
 * of these, which stand in place of the server's own: searches=NUMBER (at once),
 * hashes=NUMBER and seconds=NUMBER (of each search), searches-per-minute=NUMBER,
 * hash-credit=NUMBER with hash-credit-per-second=NUMBER. Empty lines, and what follows a
 * # at the start of a line, are left out.
 *
 * @throws TokenFileError
 */
export function tokenEntriesIn(text: string): readonly TokenEntry[] {
  const entries: TokenEntry[] = [];
  const lineOf = { name: new Map<string, number>(), token: new Map<string, number>() };
  for (const [i, row] of text.split("\n").entries()) {
    const line = i + 1;
    if (row.trim() === "" || row.startsWith("#")) continue;
    const entry = entryIn(row.trim().split(/\s+/), line);
    for (const [what, key] of [
      ["name", entry.name],
      ["token", entry.digest.toString("hex")],
    ] as const) {
      const before = lineOf[what].get(key);
      if (before !== undefined) {
        throw new TokenFileError(`line ${line} has the ${what} of line ${before}. Give each its own.`);
      }
      lineOf[what].set(key, line);
    }
    entries.push(entry);
  }
  if (entries.length === 0) {
    throw new TokenFileError("there is no token in it. Make one with npm run token -- NAME.");
  }
  return entries;
}

function entryIn([name = "", hash = "", ...options]: readonly string[], line: number): TokenEntry {
  if (!namePattern.test(name)) {
    throw new TokenFileError(
      `line ${line} begins with no name. A name has up to 64 letters, digits and . _ @ -.`,
    );
  }
  const hex = digestPattern.exec(hash)?.[1];
  if (hex === undefined) {
    throw new TokenFileError(
      `line ${line} has no hash after its name: sha256: and 64 hexadecimal digits. Make one with npm run token -- NAME.`,
    );
  }
  return { name, digest: Buffer.from(hex, "hex"), limits: limitsIn(options, line) };
}

function limitsIn(options: readonly string[], line: number): ClientLimits {
  let all: ClientLimits = {};
  for (const option of options) {
    const [, key = "", digits = ""] = /^([a-z-]+)=([\d_]+)$/.exec(option) ?? [];
    const known = Object.hasOwn(limits, key) ? limits[key] : undefined;
    if (!known || !/\d/.test(digits)) {
      const names = Object.keys(limits).map((name) => `${name}=NUMBER`);
      throw new TokenFileError(`line ${line} has a limit that is none. Use ${names.join(", ")}.`);
    }
    const value = Number(digits.replaceAll("_", ""));
    if (value > known.most) {
      throw new TokenFileError(
        `line ${line} has a limit that is too large: ${key} is at most ${known.most}.`,
      );
    }
    all = { ...all, ...known.limit(value) };
  }
  const { hashCredit = 0, hashCreditPerSecond = 0 } = all;
  if (hashCredit > 0 !== hashCreditPerSecond > 0) {
    throw new TokenFileError(
      `line ${line} has one of hash-credit and hash-credit-per-second, which go together: give both.`,
    );
  }
  return all;
}
