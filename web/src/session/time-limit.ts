import type { SearchState } from "./search-state.ts";

/** The time after which the server ends a run by itself, in milliseconds; undefined when no limit is known. */
export function timeLimitOf(
  { query }: SearchState,
  serverTimeLimitMs: number | undefined,
): number | undefined {
  if (query.timeLimitMs === undefined) return serverTimeLimitMs;
  return Math.min(query.timeLimitMs, serverTimeLimitMs ?? Number.POSITIVE_INFINITY);
}
