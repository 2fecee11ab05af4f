import { chanceAfter } from "../../../client/odds/after-hashes.ts";
import { middle } from "../../../client/odds/chance.ts";
import { hashesOf } from "../session/figures.ts";
import { resumeIndex } from "../session/resume-index.ts";
import { isActive, type SearchState } from "../session/search-state.ts";
import type { Odds } from "./odds.ts";

/** Hashes since the search began, or since the match after which it was continued: earlier ones do not change the chance. */
export function hashesSinceMatch(state: SearchState): number {
  const { matches, query, run } = state;
  let since = -1n;
  for (const { distance, index } of matches.kept) {
    if (distance <= query.wrongAllowed && index < run.startIndex && index > since) since = index;
  }
  if (since < 0n) return Number(hashesOf(state));
  const ofRun = hashesOf(state) - state.past.hashes;
  return Number(run.startIndex - (since + 1n) + ofRun);
}

/** The chance per hash of the match that ends the search; undefined while it is being computed. */
export function chanceOfEnding({ query }: SearchState, odds: Odds): number | undefined {
  const chance = odds.chance(query.name, query.wrongAllowed);
  return chance && middle(chance);
}

/** How many matches of one distance the search has found, and should have by chance. */
export interface Rung {
  readonly distance: number;
  readonly found: number;
  /** Undefined while the chance is being computed. */
  readonly expected: number | undefined;
}

/** One rung per distance that the search streams; none when it asks for its first match only. */
export function ladderOf(state: SearchState, odds: Odds): readonly Rung[] {
  const { query, matches } = state;
  if (query.mode === "first") return [];
  const tried = Number(triedAndHeardOf(state));
  const last = Math.max(query.wrongAllowed, query.alsoShow);
  const within = Array.from({ length: last + 1 }, (_, distance) => odds.chance(query.name, distance));
  return within.map((chance, distance) => {
    const nearer = distance === 0 ? { low: 0, high: 0 } : within[distance - 1];
    const p = chance && nearer && Math.max(0, middle(chance) - middle(nearer));
    return {
      distance,
      found: matches.byDistance[distance] ?? 0,
      expected: p === undefined ? undefined : p * tried,
    };
  });
}

// With this many matches, the last one shows how far the stream is, to less than a tenth of their scatter.
const manyMatches = 100;

/**
 * Candidates of all runs whose matches have arrived. Workers are ahead of this, far ahead
 * in a flood, and matches that were never sent must not be expected.
 */
function triedAndHeardOf(state: SearchState): bigint {
  if (!isActive(state)) return resumeIndex(state);
  const { run, progress } = state;
  const afterLast = run.last === undefined ? run.startIndex : run.last.index + 1n;
  if (run.received >= manyMatches) return afterLast;
  return progress !== undefined && progress.nextIndex > afterLast ? progress.nextIndex : afterLast;
}

/** The chance that a match which ends the search should have come by now. */
export function chanceByNow(state: SearchState, odds: Odds): number | undefined {
  const p = chanceOfEnding(state, odds);
  return p === undefined ? undefined : chanceAfter(p, hashesSinceMatch(state));
}
