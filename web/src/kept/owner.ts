import { newSearchId } from "../session/search-id.ts";

/** This page's own name among all tabs. */
export const owner = newSearchId();

// A page holds its lock as long as it is open; the lock of a page that is gone
// is free within milliseconds.
const patienceMs = 2_000;

/** Says to the other tabs that this page lives, until it is gone. */
export function holdOwnership(): void {
  void navigator.locks?.request(lockName(owner), () => new Promise(() => {}));
}

/**
 * Does `action` if the page with that id is gone; only one tab at a time does it.
 * Without Web Locks (a page over plain HTTP from another machine has none) it cannot
 * be known whether that page is gone, and it counts as gone.
 */
export async function whenGone(other: string, action: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return await action();
  try {
    await navigator.locks.request(lockName(other), { signal: AbortSignal.timeout(patienceMs) }, action);
  } catch {
    // The other page is open and keeps its searches.
  }
}

function lockName(id: string): string {
  return `hash-finder page ${id}`;
}
