import type { Locks } from "../api/locks.ts";
import { newSearchId } from "../session/search-id.ts";

/** A page among all tabs of the browser. */
export interface Owner {
  /** Its own name among them. */
  readonly id: string;
  /**
   * Does `action` if the page with that id is gone; only one tab at a time does it.
   * Without Web Locks (a page over plain HTTP from another machine has none) it cannot
   * be known whether that page is gone, and it counts as gone.
   */
  whenGone(other: string, action: () => Promise<void>): Promise<void>;
}

// A page holds its lock as long as it is open; the lock of a page that is gone
// is free within milliseconds.
const patienceMs = 2_000;

/** Says to the other tabs that this page lives, until it is gone. */
export function beOwner(locks: Locks | undefined): Owner {
  const id = newSearchId();
  void locks?.request(lockName(id), {}, () => new Promise(() => {}));
  return {
    id,
    async whenGone(other, action) {
      if (locks === undefined) return await action();
      let isGone = false;
      const ifGone = () => {
        isGone = true;
        return action();
      };
      try {
        await locks.request(lockName(other), { signal: AbortSignal.timeout(patienceMs) }, ifGone);
      } catch (error) {
        // Else the other page is open and keeps its searches.
        if (isGone) throw error;
      }
    },
  };
}

function lockName(id: string): string {
  return `hash-finder page ${id}`;
}
