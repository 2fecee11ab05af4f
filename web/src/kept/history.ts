import { batch, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type KeptSearch, keepSearch, restoredState } from "../session/kept-search.ts";
import { newSearchId } from "../session/search-id.ts";
import { isActive, type SearchState } from "../session/search-state.ts";
import type { Card, Store } from "../store/store.ts";
import { isWorthKeeping, listed, maximumSearches, mayBeDropped } from "./bounds.ts";
import type { Database } from "./database.ts";
import type { OtherTabs } from "./other-tabs.ts";
import type { Owner } from "./owner.ts";
import { createRemovals, type Removal } from "./removals.ts";

export interface History {
  /** Ended searches that are not on the page, the latest first. */
  readonly entries: ReadonlySignal<readonly KeptSearch[]>;
  /** False when this browser keeps nothing, as in some private windows. */
  readonly isKept: ReadonlySignal<boolean>;
  /** Puts an entry back among the page's searches. */
  open(entry: KeptSearch): Card;
  /** What was removed last, from the page's list or from the history, as long as that can be undone. */
  readonly removal: ReadonlySignal<Removal | undefined>;
  /** Deletes an entry. */
  remove(entry: KeptSearch): Promise<void>;
  /** Forgets every search that has ended, those on the page too, which stay there until it is left. Resolves when they are gone. */
  clear(): Promise<void>;
  /** Undoes the latest removal. Answers with the card, if one came back to the page's list. */
  undo(): Card | undefined;
  /** The latest removal can be undone no more. */
  settle(): void;
}

export interface HistoryDeps {
  /** Rejects where this browser keeps nothing. */
  readonly database: Promise<Database>;
  /** Whose searches the database holds now. */
  readonly person: ReadonlySignal<string>;
  readonly owner: Owner;
  readonly otherTabs: OtherTabs;
  /** Calls back when the page is left. */
  onLeave(leave: () => void): void;
}

// How often a search that runs is written down, at most.
const saveEveryMs = 1_000;

/** Writes the page's searches down, and takes up the searches that earlier pages left. */
export function createHistory(
  store: Pick<Store, "cards" | "active" | "restore">,
  { database, person, owner, otherTabs, onLeave }: HistoryDeps,
): History {
  const entries = signal<readonly KeptSearch[]>([]);
  const isKept = signal(true);
  const keys = new WeakMap<Card, string>();
  const followed = new Map<Card, () => void>();
  let before: readonly Card[] = [];
  const removals = createRemovals(owner, {
    put: (...kept) => use((opened) => opened.put(...kept)),
    async update(change) {
      await use((opened) => opened.update(change));
      otherTabs.tell();
    },
  });

  async function use(action: (database: Database) => Promise<void>): Promise<void> {
    try {
      await action(await database);
    } catch {
      isKept.value = false;
    }
  }

  function save(card: Card): void {
    const state = card.state.peek();
    if (!isWorthKeeping(state)) return;
    const kept = keepSearch(state, keyOf(card), owner.id);
    void use(async (opened) => {
      await opened.put(kept);
      if (!isActive(state)) await opened.trim(maximumSearches, mayBeDropped);
    });
  }

  function keyOf(card: Card): string {
    const key = keys.get(card) ?? newSearchId();
    keys.set(card, key);
    return key;
  }

  // A change of kind is written at once, progress alone only once a second.
  function follow(card: Card): () => void {
    let kind: SearchState["kind"] | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    function saveNow(): void {
      clearTimeout(timer);
      timer = undefined;
      save(card);
    }
    const end = effect(() => {
      const state = card.state.value;
      if (state.kind !== kind) saveNow();
      else timer ??= setTimeout(saveNow, saveEveryMs);
      kind = state.kind;
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }

  effect(() => {
    const cards = new Set(store.cards.value);
    for (const card of cards) if (!followed.has(card)) followed.set(card, follow(card));
    for (const [card, end] of followed) {
      if (cards.has(card)) continue;
      end();
      followed.delete(card);
      leave(card);
    }
    before = store.cards.value;
  });

  // A card that is removed goes to the history.
  function leave(card: Card): void {
    const state = card.state.peek();
    if (!isWorthKeeping(state)) return;
    const entry = keepSearch(state, keyOf(card), owner.id);
    entries.value = listed([entry, ...entries.peek()]);
    if (isActive(state)) return;
    // It may have been cleared from the history while it was on the page.
    save(card);
    void removals.takenOff(entry, before.indexOf(card));
  }

  function open(entry: KeptSearch, place = 0): Card {
    return batch(() => {
      entries.value = entries.peek().filter(({ key }) => key !== entry.key);
      const state = restoredState(entry);
      const card = store.restore(state, place);
      keys.set(card, entry.key);
      return card;
    });
  }

  async function takeUp(opened: Database): Promise<void> {
    const all = await opened.all();
    entries.value = listed([...entries.peek(), ...all.filter(isElsewhere)]);
    void use(removals.takeUp);
    const owners = new Set(all.filter(({ state }) => isActive(state)).map((kept) => kept.owner));
    owners.delete(owner.id);
    await Promise.all([...owners].map((other) => owner.whenGone(other, () => takeOver(opened, other))));
  }

  // They are read again, because another tab may have been faster, or the search may have ended.
  async function takeOver(opened: Database, other: string): Promise<void> {
    for (const kept of await opened.all()) {
      if (kept.owner !== other || !isActive(kept.state)) continue;
      await opened.put({ ...kept, owner: owner.id });
      open(kept);
    }
  }

  /** Whether it is neither on the page nor listed already, as one that was removed meanwhile. */
  function isElsewhere(kept: KeptSearch): boolean {
    return isOffPage(kept) && !entries.peek().some(({ key }) => key === kept.key);
  }

  function isOffPage({ key }: KeptSearch): boolean {
    return !store.cards.peek().some((card) => keys.get(card) === key);
  }

  async function readAgain(opened: Database): Promise<void> {
    entries.value = listed((await opened.all()).filter(isOffPage));
  }

  function endedOnPage(): readonly KeptSearch[] {
    return store.cards
      .peek()
      .map((card) => keepSearch(card.state.peek(), keyOf(card), owner.id))
      .filter(({ state }) => !isActive(state) && isWorthKeeping(state));
  }

  function remove(kind: Removal["kind"], removed: readonly KeptSearch[]): Promise<void> {
    entries.value = entries.peek().filter((entry) => !removed.includes(entry));
    return removals.remove({ kind, entries: removed });
  }

  // The last second before a reload is written down too, if the browser leaves time for it.
  onLeave(() => {
    for (const card of store.active.peek()) {
      card.session.flush();
      save(card);
    }
  });
  otherTabs.hear(() => void use(readAgain));
  person.subscribe(() => {
    entries.value = [];
    void use(takeUp);
  });
  return {
    entries,
    isKept,
    removal: removals.latest,
    open,
    remove: (entry) => remove("deleted", [entry]),
    clear: () => remove("cleared", [...entries.peek(), ...endedOnPage()]),
    undo() {
      const removal = removals.undo();
      if (removal === undefined) return undefined;
      const [entry] = removal.entries;
      if (removal.kind === "taken-off" && entry) return open(entry, removal.place);
      entries.value = listed([...entries.peek(), ...removal.entries.filter(isOffPage)]);
      return undefined;
    },
    settle: () => void removals.settle(),
  };
}
