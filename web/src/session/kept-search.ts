import { common } from "./common.ts";
import { isActive, isAsking, isStoppable, type SearchState } from "./search-state.ts";

/** A search as it is written down, so that a later page can take it up. Structured clone can copy it. */
export interface KeptSearch {
  /** The same for all runs of the search. */
  readonly key: string;
  /** The page that carries it, by a random id; its searches are taken over when it is gone. */
  readonly owner: string;
  /** Whose it is, where the server asks for tokens: the name by which it knows them. */
  readonly person?: string;
  /** When it ended, or when it was written if it had not, in milliseconds since 1970. */
  readonly savedAt: number;
  /** When `performance.now()` was 0 for the times in `state`, in milliseconds since 1970. */
  readonly timeOrigin: number;
  readonly state: SearchState;
  /** Set when it was deleted and that can still be undone: by which page, and when, in milliseconds since 1970. */
  readonly removed?: { readonly by: string; readonly at: number } | undefined;
}

/** Writes a search down. */
export function keepSearch(state: SearchState, key: string, owner: string): KeptSearch {
  const now = performance.now();
  const timeOrigin = Date.now() - now;
  // A search that still runs has run at least until now.
  const upToNow = isActive(state) && state.endedAt === undefined ? { ...state, endedAt: now } : state;
  const savedAt = timeOrigin + (isActive(state) ? now : (state.endedAt ?? now));
  return { key, owner, savedAt, timeOrigin, state: upToNow };
}

/**
 * The search on this page's clock. If its call died with the earlier page, it
 * counts as lost: the server is asked at once what became of it. So does one that
 * waited for a connection, as it may have been sent in the page's last moment.
 */
export function restoredState({ state, timeOrigin }: KeptSearch): SearchState {
  const shift = timeOrigin - (Date.now() - performance.now());
  const shifted = onClock(state, shift);
  const asking = { retryAt: undefined };
  if (isStoppable(shifted)) {
    return { ...common(ranOf(shifted), performance.now()), kind: "lost", asking, pageLeft: true };
  }
  if (!isAsking(shifted)) return shifted;
  // Browsers break a page's calls before they tell it that it goes. Of such a loss nobody has asked yet.
  const isUnasked = shifted.kind === "lost" && !shifted.asking.isRepeated;
  return isUnasked ? { ...shifted, asking, pageLeft: true } : { ...shifted, asking };
}

/** A search that was not sent has not run. */
function ranOf(state: SearchState): SearchState {
  const { kind, run, endedAt } = state;
  return kind === "queued" ? { ...state, run: { ...run, startedAt: endedAt ?? run.startedAt } } : state;
}

function onClock(state: SearchState, shift: number): SearchState {
  const { run, endedAt } = state;
  const moved = {
    ...state,
    run: { ...run, startedAt: run.startedAt + shift },
    endedAt: endedAt === undefined ? undefined : endedAt + shift,
  };
  return "stop" in moved ? { ...moved, stop: { ...moved.stop, at: moved.stop.at + shift } } : moved;
}
