import type { SearchState } from "./search-state.ts";

/** Hashes computed for this search in all its runs, as far as is known. */
export function hashesOf(state: SearchState): bigint {
  return state.past.hashes + hashesOfRun(state);
}

/** Milliseconds spent searching in all runs, up to `now` or the end. */
export function elapsedOf(state: SearchState, now: number): number {
  // Waiting for a connection or for a place on the server is not searching.
  const isWaiting = state.kind === "running" && state.ahead !== undefined;
  if (isWaiting || state.kind === "queued" || state.kind === "withdrawn") return state.past.elapsedMs;
  return state.past.elapsedMs + elapsedOfRun(state, now);
}

/** Milliseconds of the present run, up to `now` or the end. */
export function elapsedOfRun({ endedAt, run }: SearchState, now: number): number {
  return Math.max(0, (endedAt ?? now) - run.startedAt);
}

/** Hashes of the present run. */
export function hashesOfRun({ kind, report, run, progress }: SearchState): bigint {
  // The match's position in the order of candidates is the number that people expect;
  // the report also counts what other workers did beyond it.
  if (kind === "found" && run.last !== undefined) return run.last.index + 1n - run.startIndex;
  return report?.hashesComputed ?? progress?.hashes ?? 0n;
}
