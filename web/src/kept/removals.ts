import { type ReadonlySignal, signal } from "@preact/signals";
import type { KeptSearch } from "../session/kept-search.ts";
import { isActive } from "../session/search-state.ts";
import { undoMs } from "./bounds.ts";
import type { Database } from "./database.ts";
import type { Owner } from "./owner.ts";

/** What was removed last, as long as that can be undone. */
export interface Removal {
  /** Taken off the page's list, into the history; or deleted from the history. */
  readonly kind: "taken-off" | "deleted" | "cleared";
  readonly entries: readonly KeptSearch[];
  /** Where in the page's list it stood. */
  readonly place?: number;
}

/**
 * Deletes kept searches in two steps: they are marked, which can be undone, and
 * gone with the next removal or when nobody undoes it. The marks are kept too: a
 * page that is reloaded meanwhile offers to undo what it had removed.
 */
export interface Removals {
  readonly latest: ReadonlySignal<Removal | undefined>;
  /** A card went from the page's list to the history. */
  takenOff(entry: KeptSearch, place: number): Promise<void>;
  /** Deletes these, or every search that has ended. */
  remove(removal: Removal): Promise<void>;
  /** Takes the latest removal back, and answers with it. */
  undo(): Removal | undefined;
  /** It can be undone no more. */
  settle(): Promise<void>;
  /** Takes over what pages that have gone removed in their last seconds. */
  takeUp(opened: Database): Promise<void>;
}

export function createRemovals(owner: Owner, { put, update }: Pick<Database, "put" | "update">): Removals {
  const latest = signal<Removal | undefined>(undefined);
  const isMine = ({ removed }: KeptSearch) => removed?.by === owner.id;
  const withoutMine = (search: KeptSearch) => (isMine(search) ? undefined : search);

  async function takeOver(opened: Database, page: string): Promise<void> {
    const now = Date.now();
    const canUndo = latest.peek() === undefined;
    const taken: KeptSearch[] = [];
    await opened.update((search) => {
      const { removed } = search;
      if (removed?.by !== page) return search;
      if (!canUndo || now - removed.at >= undoMs) return undefined;
      taken.push(search);
      return { ...search, removed: { by: owner.id, at: removed.at } };
    });
    const entries = taken.map(restored);
    if (entries.length > 0) latest.value = { kind: entries.length === 1 ? "deleted" : "cleared", entries };
  }

  return {
    latest,
    takenOff(entry, place) {
      latest.value = { kind: "taken-off", entries: [entry], place };
      return update(withoutMine);
    },
    remove(removal) {
      latest.value = removal;
      const keys = new Set(removal.entries.map(({ key }) => key));
      const removed = { by: owner.id, at: Date.now() };
      // A page may be reloaded right after the click.
      void put(...removal.entries.map((entry) => ({ ...entry, removed })));
      return update((search) => {
        if (keys.has(search.key)) return search;
        if (search.removed !== undefined) return withoutMine(search);
        return removal.kind === "cleared" && !isActive(search.state) ? { ...search, removed } : search;
      });
    },
    undo() {
      const removal = latest.peek();
      latest.value = undefined;
      if (removal !== undefined) void put(...removal.entries.map(restored));
      void update((search) => (isMine(search) ? restored(search) : search));
      return removal;
    },
    settle() {
      latest.value = undefined;
      return update(withoutMine);
    },
    async takeUp(opened) {
      const pages = new Set((await opened.all()).map(({ removed }) => removed?.by ?? owner.id));
      pages.delete(owner.id);
      await Promise.all([...pages].map((page) => owner.whenGone(page, () => takeOver(opened, page))));
    },
  };
}

function restored({ removed: _, ...search }: KeptSearch): KeptSearch {
  return search;
}
