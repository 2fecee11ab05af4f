import type { KeptSearch } from "../session/kept-search.ts";
import { isActive } from "../session/search-state.ts";

/** The latest searches are kept, this many. Those that run are always among them. */
export const maximumSearches = 50;

/** What the history lists: ended searches, the latest first, bounded. */
export function listed(searches: readonly KeptSearch[]): readonly KeptSearch[] {
  return searches
    .filter(({ state }) => !isActive(state))
    .sort((a, b) => b.savedAt - a.savedAt)
    .slice(0, maximumSearches);
}

/** Whether a search may make room for later ones. One that runs, or waits, is written again only when it changes. */
export function mayBeDropped({ state }: KeptSearch): boolean {
  return !isActive(state);
}

/** Whether a state is worth keeping: a search that never began is not. */
export function isWorthKeeping({ kind }: KeptSearch["state"]): boolean {
  return kind !== "refused-busy" && kind !== "refused-input";
}
