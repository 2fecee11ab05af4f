import type { KeptSearch } from "../session/kept-search.ts";
import { isActive } from "../session/search-state.ts";

/** How many searches are kept: the latest. Those that have not ended are always among them. */
export const maximumSearches = 50;

/** How long a removal can be undone. */
export const undoMs = 10_000;

/** What the history lists: ended searches, the latest first, bounded. */
export function listed(searches: readonly KeptSearch[]): readonly KeptSearch[] {
  return searches
    .filter(({ state, removed }) => !isActive(state) && removed === undefined)
    .sort((a, b) => b.savedAt - a.savedAt)
    .slice(0, maximumSearches);
}

/**
 * Whether a search may be dropped for later ones. One that has not ended must stay,
 * however old it looks: it is written again only when it changes.
 */
export function mayBeDropped({ state }: KeptSearch): boolean {
  return !isActive(state);
}

/** Whether a state is worth keeping: a search that never began is not. */
export function isWorthKeeping({ kind }: KeptSearch["state"]): boolean {
  return kind !== "refused-busy" && kind !== "refused-input";
}
