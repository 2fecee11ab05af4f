import { hashesOf } from "../session/figures.ts";
import type { Match } from "../session/matches.ts";
import type { SearchState } from "../session/search-state.ts";

const columns = {
  candidate_index: ({ index }) => String(index),
  hamming_distance: ({ distance }) => String(distance),
  match_offset: ({ offset }) => String(offset),
  hashed_name: ({ hash }) => hash,
  secret: ({ secret }) => secret,
} as const satisfies Record<string, (match: Match) => string>;

/** The kept matches as CSV (RFC 4180), with the field names of the contract as its header. */
export function csvOf({ matches }: SearchState): string {
  const rows = [
    Object.keys(columns),
    ...matches.kept.map((match) => Object.values(columns).map((value) => value(match))),
  ];
  return rows.map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

/** The kept matches and what they were found for, as JSON. 64-bit numbers are strings, as in protobuf's JSON. */
export function jsonOf(state: SearchState): string {
  const { query, matches } = state;
  const data = {
    desiredName: query.name,
    idealHammingDistance: query.wrongAllowed,
    interestingHammingDistance: query.alsoShow,
    hashesComputed: String(hashesOf(state)),
    matchesFound: matches.count,
    matchesKept: matches.kept.length,
    matches: matches.kept.map(({ index, distance, offset, hash, secret }) => ({
      candidateIndex: String(index),
      hammingDistance: distance,
      matchOffset: offset,
      hashedName: hash,
      secret,
    })),
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

/** A file name such as "hash-finder-doctor.csv". A "/" in the search's name must not make a folder. */
export function fileNameOf({ query }: SearchState, type: "csv" | "json"): string {
  return `hash-finder-${query.name.replaceAll(/[^A-Za-z0-9+=]/g, "_")}.${type}`;
}

/** A field is quoted where it holds a comma, a quote or a line break (RFC 4180, section 2). */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
