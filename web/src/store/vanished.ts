import type { WatchActivityResponse } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import type { SearchSession } from "../session/search-session.ts";

// The answer of a search that has ended arrives within milliseconds; reading its matches may take longer.
const patienceMs = 2_000;

interface Missed {
  readonly since: number;
  readonly received: number;
}

/**
 * Finds calls whose connection died without a word, as after a sleep: the server
 * listed the search before, lists it no more although it was asked for it, and
 * nothing has come since.
 */
export function vanishedFinder(): (
  sessions: readonly SearchSession[],
  activity: WatchActivityResponse,
  asked: readonly string[],
) => readonly SearchSession[] {
  const missed = new Map<string, Missed>();

  function isVanished(
    { state }: SearchSession,
    { progress }: WatchActivityResponse,
    asked: ReadonlySet<string>,
  ): boolean {
    const { id, received } = state.run;
    const wasListed = state.kind === "running" && state.progress !== undefined;
    if (!wasListed || !asked.has(id) || progress.some(({ searchId }) => searchId === id)) {
      missed.delete(id);
      return false;
    }
    const before = missed.get(id);
    const now = performance.now();
    if (before?.received === received) return now - before.since >= patienceMs;
    missed.set(id, { since: now, received });
    return false;
  }

  return (sessions, activity, asked) => {
    const ids = new Set(asked);
    return sessions.filter((session) => isVanished(session, activity, ids));
  };
}
