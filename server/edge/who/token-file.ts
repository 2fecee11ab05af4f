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

const most = Number.MAX_SAFE_INTEGER;

/** What may follow the hash, as name=NUMBER. 0: no limit. */
const limits: Readonly<Record<string, (value: number) => ClientLimits>> = {
  searches: (value) => ({ maximumSearches: value }),
  hashes: (value) => ({ maximumHashes: BigInt(value) }),
  seconds: (value) => ({ maximumTimeMs: 1000 * value }),
};

/**
 * Reads a token file. Each line is a name, the hash of its token as sha256:HEX, and
 * any of searches=NUMBER (at once), hashes=NUMBER and seconds=NUMBER (of each search),
 * which stand in place of the server's own limits. Empty lines, and what follows a #
 * at the start of a line, are left out.
 *
 * @throws TokenFileError
 */
export function tokenEntriesIn(text: string): readonly TokenEntry[] {
  const entries: (TokenEntry & { readonly line: number })[] = [];
  for (const [i, row] of text.split("\n").entries()) {
    const line = i + 1;
    if (row.trim() === "" || row.startsWith("#")) continue;
    const entry = { ...entryIn(row.trim().split(/\s+/), line), line };
    const same = entries.find(({ name, digest }) => name === entry.name || digest.equals(entry.digest));
    if (same) {
      const what = same.name === entry.name ? "name" : "token";
      throw new TokenFileError(`line ${line} has the ${what} of line ${same.line}. Give each its own.`);
    }
    entries.push(entry);
  }
  if (entries.length === 0) {
    throw new TokenFileError("there is no token in it. Make one with npm run token -- NAME.");
  }
  return entries.map(({ line: _, ...entry }) => entry);
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
    const value = Number(digits.replaceAll("_", ""));
    const limit = Object.hasOwn(limits, key) ? limits[key] : undefined;
    if (!limit || !/\d/.test(digits) || value > most / 1000) {
      throw new TokenFileError(
        `line ${line} has a limit that is none. Use ${Object.keys(limits)
          .map((known) => `${known}=NUMBER`)
          .join(", ")}.`,
      );
    }
    all = { ...all, ...limit(value) };
  }
  return all;
}
