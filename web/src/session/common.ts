import type { SearchState } from "./search-state.ts";

/** The parts that every state of an ended run has, without those that belong to the previous kind. */
export function common(state: SearchState, at: number) {
  const { query, run, past, matches, progress, report } = state;
  return { query, run, past, matches, progress, report, endedAt: state.endedAt ?? at };
}
