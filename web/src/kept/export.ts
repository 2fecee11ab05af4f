import { hashesOf } from "../session/figures.ts";
import { idealAmong, type Match } from "../session/matches.ts";
import type { Query } from "../session/query.ts";
import type { SearchState } from "../session/search-state.ts";
import { type Captions, pictureOf } from "./picture.ts";

type FileType = "csv" | "json" | "svg";

/** What a file of that type holds. */
export function contentOf(state: SearchState, type: FileType, captions: Captions): string {
  const [best] = state.matches.kept;
  switch (type) {
    case "csv":
      return csvOf(state);
    case "json":
      return jsonOf(state);
    case "svg":
      return best === undefined ? "" : pictureOf(best, state.query.name, captions);
  }
}

/** Whether the match ends the search, or is a near miss. */
function kindOf({ distance }: Match, { wrongAllowed }: Query): "ideal" | "near_miss" {
  return distance <= wrongAllowed ? "ideal" : "near_miss";
}

const columns = {
  candidate_index: ({ index }) => String(index),
  hamming_distance: ({ distance }) => String(distance),
  match_offset: ({ offset }) => String(offset),
  hashed_name: ({ hash }) => hash,
  secret: ({ secret }) => secret,
  kind: kindOf,
} as const satisfies Record<string, (match: Match, query: Query) => string>;

/** The kept matches as CSV (RFC 4180), with the field names of the contract as its header, and their kinds. */
export function csvOf({ query, matches }: SearchState): string {
  const rows = [
    Object.keys(columns),
    ...matches.kept.map((match) => Object.values(columns).map((value) => value(match, query))),
  ];
  return rows.map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

/** The kept matches and what they were found for, as JSON. 64-bit numbers are strings, as in protobuf's JSON. */
export function jsonOf(state: SearchState): string {
  const { query, matches } = state;
  const ideal = idealAmong(matches, query.wrongAllowed);
  const data = {
    desiredName: query.name,
    idealHammingDistance: query.wrongAllowed,
    interestingHammingDistance: query.alsoShow,
    hashesComputed: String(hashesOf(state)),
    idealMatchesFound: ideal,
    nearMissesFound: matches.count - ideal,
    kept: matches.kept.length,
    matches: matches.kept.map((match) => ({
      kind: kindOf(match, query),
      candidateIndex: String(match.index),
      hammingDistance: match.distance,
      matchOffset: match.offset,
      hashedName: match.hash,
      secret: match.secret,
    })),
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

/** A file name such as "hash-finder-doctor.csv". A "/" in the search's name must not make a folder. */
export function fileNameOf({ query }: SearchState, type: FileType): string {
  return `hash-finder-${query.name.replaceAll(/[^A-Za-z0-9+=]/g, "_")}.${type}`;
}

/** A field is quoted where it holds a comma, a quote or a line break (RFC 4180, section 2). */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
