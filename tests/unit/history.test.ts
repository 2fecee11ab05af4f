import assert from "node:assert/strict";
import { afterEach, describe, mock, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { computed, signal } from "@preact/signals";
import type { Locks } from "../../web/src/api/locks.ts";
import type { Database } from "../../web/src/kept/database.ts";
import { createHistory } from "../../web/src/kept/history.ts";
import { ofPerson } from "../../web/src/kept/of-person.ts";
import type { OtherTabs } from "../../web/src/kept/other-tabs.ts";
import { beOwner } from "../../web/src/kept/owner.ts";
import { type KeptSearch, keepSearch } from "../../web/src/session/kept-search.ts";
import type { SearchSession } from "../../web/src/session/search-session.ts";
import { isActive, type SearchState } from "../../web/src/session/search-state.ts";
import type { Card } from "../../web/src/store/store.ts";
import { until } from "../support/until.ts";
import { after, ended, from, progress, reported, run, stop } from "./session-fixtures.ts";

const running = after(progress);
const stopped = after(progress, stop, reported());
const refused = after(ended({ kind: "busy", retryAfterMs: 1_000, ofClient: false }));

describe("the history of a browser", { timeout: 10_000 }, () => {
  afterEach(() => {
    for (const { leave } of pages.splice(0)) leave();
    mock.timers.reset();
    mock.restoreAll();
  });

  test("has a change of kind at once, and progress alone once a second", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const { database, puts, kept } = memory();
    const { show } = page(database);
    const card = show(running);
    await turn();
    assert.deepEqual(puts.splice(0), ["running"]);
    for (const second of [1, 2]) {
      for (let i = 0; i < 3; i++) card.change(from(running, { ...progress, at: second * 10_000 + i }));
      mock.timers.tick(999);
      await turn();
      assert.deepEqual(puts, []);
      mock.timers.tick(1);
      await turn();
      assert.deepEqual(puts.splice(0), ["running"]);
    }
    card.change(from(running, { ...progress, at: 1_700 }));
    card.change(stopped);
    await turn();
    mock.timers.tick(2_000);
    await turn();
    assert.deepEqual(puts, ["stopped"], "what was to be written a second later was written with the end");
    card.change(from(stopped, { type: "continue", run: run("two") }));
    await turn();
    assert.deepEqual(
      [...kept.values()].map(({ state }) => state.kind),
      ["running"],
      "all runs of a search are one entry",
    );
  });

  test("has searches that run as they were when their page was left", async () => {
    const { database, puts } = memory();
    const { show, leave, flushed } = page(database);
    show(running);
    show(stopped);
    await turn();
    assert.deepEqual(puts.splice(0), ["running", "stopped"], "each is written once");
    leave();
    await turn();
    assert.deepEqual(puts, ["running"]);
    assert.deepEqual(flushed, ["running"], "matches that wait for their batch have arrived too");
  });

  test("is each person's own: nobody sees, continues or clears what is another's", async () => {
    const { database, kept } = memory();
    const ann = page(database, undefined, signal("ann"));
    ann.show(running);
    ann.show(stopped);
    await turn();
    ann.leave();
    const person = signal("");
    const { history, shown } = page(database, undefined, person);
    await turn();
    for (const name of ["", "ben"]) {
      person.value = name;
      await turn();
      await history.clear();
      assert.deepEqual(history.entries.value, [], name);
      assert.deepEqual(shown(), [], name);
    }
    assert.equal(kept.size, 2);
    person.value = "ann";
    await turn();
    assert.deepEqual(
      history.entries.value.map(({ state }) => state.kind),
      ["stopped"],
    );
    await until(() => shown().length === 1);
  });

  test("has no search that was refused, nor lists it when it is removed", async () => {
    const { database, puts } = memory();
    const { show, history, remove } = page(database);
    for (const state of [refused, after(ended({ kind: "input", violations: [] }))]) {
      const card = show(state);
      remove(card);
    }
    await turn();
    assert.deepEqual(puts, []);
    assert.deepEqual(history.entries.value, []);
  });

  test("makes room when a search has ended, never for one that runs", async () => {
    const { database, trims } = memory();
    const { show } = page(database);
    const card = show(running);
    await turn();
    assert.deepEqual(trims, []);
    card.change(stopped);
    await turn();
    assert.deepEqual(trims, [50]);
  });

  test("has nothing more of a search that was removed from the page", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const { database, puts } = memory();
    const { show, remove } = page(database);
    const card = show(running);
    card.change(from(running, { ...progress, at: 1_600 }));
    await turn();
    puts.splice(0);
    remove(card);
    mock.timers.tick(2_000);
    card.change(stopped);
    await turn();
    assert.deepEqual(puts, []);
  });

  test("lists what was removed from the page, and puts it back as the same search", async () => {
    const { database, kept } = memory();
    const { show, history, remove, shown } = page(database);
    const card = show(stopped);
    show(stopped);
    await turn();
    remove(card);
    const [entry] = history.entries.value;
    assert.ok(entry && history.entries.value.length === 1);
    history.open(entry);
    assert.deepEqual(history.entries.value, []);
    assert.deepEqual(shown(), ["stopped", "stopped"]);
    await turn();
    assert.equal(kept.size, 2, "it has no second entry");
  });

  test("lists the ended searches of earlier pages, the latest first, each once", async () => {
    const { database, kept, hold } = memory();
    kept.set("old", { ...keepSearch(stopped, "old", "gone"), savedAt: 1 });
    kept.set("older", { ...keepSearch(stopped, "older", "gone"), savedAt: 0 });
    const reading = hold();
    const { show, history, remove } = page(database);
    const card = show(stopped);
    await turn();
    remove(card);
    reading.goOn();
    await turn();
    const keys = history.entries.value.map(({ key }) => key);
    assert.equal(keys.length, 3, "what was removed while the history was read is in it once");
    assert.deepEqual(keys.slice(1), ["old", "older"]);
  });

  test("does not list what is on the page", async () => {
    const { database } = memory();
    const { show, history } = page(database);
    show(stopped);
    await turn();
    assert.deepEqual(history.entries.value, []);
  });

  test("forgets what has ended when it is cleared, and nothing that runs, here or elsewhere", async () => {
    const { database, kept } = memory();
    kept.set("ended", keepSearch(stopped, "ended", "gone"));
    const other = page(database);
    other.show(running);
    const { show, history } = page(database);
    show(running);
    show(stopped);
    await turn();
    assert.equal(history.entries.value.length, 1);
    await history.clear();
    assert.deepEqual(history.entries.value, []);
    assert.equal(kept.size, 4, "it can still be undone");
    history.settle();
    await turn();
    assert.deepEqual(
      [...kept.values()].map(({ state }) => state.kind),
      ["running", "running"],
    );
  });

  test("deletes one entry, and has it back when that is undone, in every tab", async () => {
    const { database, kept } = memory();
    for (const key of ["one", "two"]) kept.set(key, keepSearch(stopped, key, "gone"));
    const { history } = page(database);
    const other = page(database);
    await turns(5);
    const keys = () => [history, other.history].map(({ entries }) => entries.value.map(({ key }) => key));
    assert.deepEqual(keys(), [
      ["one", "two"],
      ["one", "two"],
    ]);
    const entry = history.entries.value.find(({ key }) => key === "one");
    assert.ok(entry);
    await history.remove(entry);
    assert.equal(history.removal.value?.kind, "deleted");
    await turns(5);
    assert.deepEqual(keys(), [["two"], ["two"]]);
    assert.equal(other.history.removal.value, undefined, "only who removed it is offered to undo it");
    assert.equal(history.undo(), undefined);
    await turns(5);
    assert.deepEqual(
      keys().map((names) => [...names].sort()),
      [
        ["one", "two"],
        ["one", "two"],
      ],
    );
    assert.equal(history.removal.value, undefined);
    assert.equal(kept.get("one")?.removed, undefined);
    assert.equal(history.undo(), undefined, "there is nothing more to undo");
  });

  test("makes a removal final with the next one, which alone is undone", async () => {
    const { database, kept } = memory();
    for (const key of ["one", "two"]) kept.set(key, keepSearch(stopped, key, "gone"));
    const { history } = page(database);
    await turns(5);
    for (const entry of history.entries.value) await history.remove(entry);
    const [last] = history.removal.value?.entries ?? [];
    assert.deepEqual([...kept.keys()], [last?.key]);
    history.undo();
    await turn();
    assert.deepEqual(
      history.entries.value.map(({ key }) => key),
      [last?.key],
    );
  });

  test("puts what was taken off the list back in its place, as the same search", async () => {
    const { database, kept } = memory();
    const { show, history, remove, places } = page(database);
    show(stopped);
    const middle = show(stopped);
    show(stopped);
    await turn();
    await history.clear();
    remove(middle);
    assert.equal(history.removal.value?.kind, "taken-off");
    await turns(5);
    assert.equal(kept.size, 1, "it is kept, though it was cleared while it was on the page");
    assert.ok(history.undo());
    assert.deepEqual(places, [1]);
    assert.deepEqual(history.entries.value, []);
  });

  test("has removed and undone in one write, all that a page which is left at once leaves time for", async () => {
    const { database, kept } = memory();
    for (const key of ["one", "two"]) kept.set(key, keepSearch(stopped, key, "gone"));
    const { history, show, id } = page({ ...database, update: () => new Promise(() => {}) });
    await turns(20);
    show(stopped);
    await turn();
    void history.clear();
    await turn();
    assert.deepEqual(
      [...kept.values()].map(({ removed }) => removed?.by),
      [id, id, id],
    );
    history.undo();
    await turn();
    assert.deepEqual(
      [...kept.values()].map(({ removed }) => removed),
      [undefined, undefined, undefined],
    );
    assert.equal(history.entries.value.length, 2, "the third is on the page");
  });

  for (const [ms, has] of [
    [9_000, 1],
    [11_000, 0],
  ] as const)
    test(`${has ? "offers the page that is reloaded" : "does not offer any more"} to undo what was deleted ${ms} ms ago`, async () => {
      const { database, kept } = memory();
      const removed = { by: "gone", at: Date.now() - ms };
      kept.set("one", { ...keepSearch(stopped, "one", "gone"), removed });
      const { history } = page(database);
      await turns(20);
      assert.deepEqual(history.entries.value, []);
      assert.equal(history.removal.value?.entries.length ?? 0, has);
      assert.equal(kept.size, has);
      history.undo();
      await turn();
      assert.equal(history.entries.value.length, has);
    });

  for (const [keys, kind] of [
    [["one"], "deleted"],
    [["one", "two"], "cleared"],
  ] as const)
    test(`takes over ${keys.length} that a page had ${kind} before it went, and leaves all others alone`, async () => {
      const { database, kept } = memory();
      const other = page(database);
      await turns(5);
      const removed = { by: "gone", at: Date.now() - 9_000 };
      const deleted = keys.map((key) => keepSearch(stopped, key, "gone"));
      for (const search of deleted) kept.set(search.key, { ...search, removed });
      kept.set("stays", keepSearch(stopped, "stays", "gone"));
      const theirs = { by: other.id, at: Date.now() };
      kept.set("theirs", { ...keepSearch(stopped, "theirs", "gone"), removed: theirs });
      const { history, id } = page(database);
      await turns(20);
      assert.equal(history.removal.value?.kind, kind);
      assert.deepEqual(
        keys.map((key) => kept.get(key)),
        deleted.map((search) => ({ ...search, removed: { by: id, at: removed.at } })),
      );
      assert.deepEqual(kept.get("theirs")?.removed, theirs);
      assert.deepEqual(
        history.entries.value.map(({ key }) => key),
        ["stays"],
      );
    });

  test("offers nothing where the page that went had removed nothing", async () => {
    const { database, kept } = memory();
    kept.set("one", {
      ...keepSearch(stopped, "one", "gone"),
      removed: { by: "gone", at: Date.now() - 10_000 },
    });
    const { history } = page(database);
    await turns(20);
    assert.equal(history.removal.value, undefined);
    assert.equal(kept.size, 0);
  });

  test("leaves the removals of a page alone that is still there", async () => {
    const { database, kept } = memory();
    kept.set("one", keepSearch(stopped, "one", "gone"));
    const first = page(database);
    await turns(5);
    await first.history.clear();
    const second = page(database);
    await second.asksFor(first.id);
    await turns(20);
    assert.equal(second.history.removal.value, undefined);
    first.history.undo();
    await turns(5);
    assert.equal(second.history.entries.value.length, 1);
  });

  test("hands a search that runs to another page when its own has gone, and not before", async () => {
    const { database, kept } = memory();
    const first = page(database);
    first.show(running);
    await turn();
    const second = page(database);
    await second.asksFor(first.id);
    await turns(20);
    assert.deepEqual(second.shown(), []);
    first.leave();
    while (second.shown().length === 0) await turn();
    assert.deepEqual(second.shown(), ["lost"], "its call died with its page");
    assert.deepEqual(
      [...kept.values()].map(({ owner }) => owner),
      [second.id],
    );
  });

  test("leaves a page alone that is still there after two seconds", async () => {
    const { database } = memory();
    const first = page(database);
    first.show(running);
    await turn();
    const patience = new AbortController();
    const timeout = mock.method(AbortSignal, "timeout", () => patience.signal);
    const second = page(database);
    await second.asksFor(first.id);
    assert.deepEqual(timeout.mock.calls[0]?.arguments, [2_000]);
    patience.abort();
    await turns(20);
    first.leave();
    await turns(20);
    assert.deepEqual(second.shown(), []);
    assert.equal(second.history.isKept.value, true);
  });

  test("hands a search to one page only, however many ask", async () => {
    const { database } = memory();
    const first = page(database);
    first.show(running);
    await turn();
    const others = [page(database), page(database)];
    for (const other of others) await other.asksFor(first.id);
    first.leave();
    await turns(50);
    assert.deepEqual(
      others.flatMap(({ shown }) => shown()),
      ["lost"],
    );
  });

  test("hands over what has not ended, and nothing of other pages", async () => {
    const { database, kept } = memory();
    kept.set("ended", keepSearch(stopped, "ended", "long gone"));
    kept.set("runs", keepSearch(running, "runs", "gone"));
    const first = page(database);
    await turns(20);
    assert.deepEqual(first.shown(), ["lost"]);
    assert.ok(![...first.asked].some((name) => name.endsWith("long gone")), "nothing of that page is left");
    assert.deepEqual(
      first.history.entries.value.map(({ key }) => key),
      ["ended"],
    );
  });

  test("without locks takes the searches of other pages for those of pages that have gone, never its own", async () => {
    const { database, kept } = memory();
    kept.set("other", keepSearch(running, "other", "gone"));
    const { show, shown } = page(database, "without locks");
    show(running);
    await turns(20);
    assert.deepEqual(shown(), ["lost", "running"]);
  });

  test("says that nothing is kept when there is no database", async () => {
    const { history } = page(new DOMException("denied", "SecurityError"));
    await turn();
    assert.equal(history.isKept.value, false);
  });

  for (const broken of ["put", "all", "update"] as const) {
    test(`says that nothing is kept when the database refuses to ${broken}`, async () => {
      const { database } = memory();
      const refuses = async () => {
        throw new DOMException("quota", "QuotaExceededError");
      };
      const { show, history } = page({ ...database, [broken]: refuses });
      show(running);
      await history.clear();
      assert.equal(history.isKept.value, false);
    });
  }

  test("says that nothing is kept when a search cannot be taken over", async () => {
    const { database, kept } = memory();
    kept.set("runs", keepSearch(running, "runs", "gone"));
    const put = async () => {
      throw new DOMException("quota", "QuotaExceededError");
    };
    const { history, shown } = page({ ...database, put });
    while (history.isKept.value) await turn();
    assert.deepEqual(shown(), []);
  });
});

/** A database in memory, and what was done to it. */
function memory() {
  const kept = new Map<string, KeptSearch>();
  const puts: SearchState["kind"][] = [];
  const trims: number[] = [];
  let reading = Promise.resolve();
  const database: Database = {
    async all() {
      await reading;
      return [...kept.values()];
    },
    async put(...searches) {
      for (const search of searches) {
        puts.push(search.state.kind);
        kept.set(search.key, structuredClone(search));
      }
    },
    async update(change) {
      for (const [key, search] of [...kept]) {
        const next = change(search);
        if (next === undefined) kept.delete(key);
        else kept.set(key, next);
      }
    },
    async trim(most, mayGo) {
      assert.ok(![...kept.values()].some((search) => isActive(search.state) && mayGo(search)));
      trims.push(most);
    },
  };
  /** Keeps readers waiting until `goOn` is called. */
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    reading = promise;
    return { goOn: resolve };
  };
  return { database, kept, puts, trims, hold };
}

const listening = new WeakMap<object, Set<() => void>>();

/** The tabs that share a database, each hearing the others. */
function tabsOf(database: object): OtherTabs {
  const all = listening.get(database) ?? new Set();
  listening.set(database, all);
  let own = () => {};
  return {
    tell() {
      for (const changed of all) if (changed !== own) changed();
    },
    hear(changed) {
      own = changed;
      all.add(changed);
    },
  };
}

const pages: { leave(): void }[] = [];
// What Node has, and its types do not.
const { locks: ofAll } = navigator as unknown as { readonly locks: Locks };

/** A page of the browser, which can be left. */
function page(database: Database | Error, how?: "without locks", person = signal("")) {
  const asked = new Set<string>();
  const { promise: gone, resolve: go } = Promise.withResolvers<never>();
  const locks: Locks = {
    request(name, options, callback) {
      asked.add(name);
      // What a page holds is free when it has gone.
      return ofAll.request(name, options, async (lock) => await Promise.race([callback(lock), gone]));
    },
  };
  const cards = signal<readonly Card[]>([]);
  const active = computed(() => cards.value.filter(({ state }) => isActive(state.value)));
  const leaving = new EventTarget();
  const flushed: string[] = [];
  const places: number[] = [];
  function show(first: SearchState) {
    const state = signal(first);
    const session = { flush: () => flushed.push(state.value.kind) } as unknown as SearchSession;
    const card = { key: cards.peek().length, state, session };
    cards.value = [card, ...cards.peek()];
    return {
      ...card,
      change: (next: SearchState): void => {
        state.value = next;
      },
      card,
    };
  }
  const owner = beOwner(how === "without locks" ? undefined : locks);
  const history = createHistory(
    {
      cards,
      active,
      restore(state, place = 0) {
        places.push(place);
        return show(state).card;
      },
    },
    {
      database:
        database instanceof Error
          ? Promise.reject(database)
          : Promise.resolve(ofPerson(database, () => person.peek())),
      person,
      owner,
      otherTabs: tabsOf(database),
      onLeave: (leave) => leaving.addEventListener("leave", leave),
    },
  );
  function leave(): void {
    leaving.dispatchEvent(new Event("leave"));
    go(undefined as never);
  }
  pages.push({ leave });
  return {
    id: owner.id,
    flushed,
    places,
    asked,
    history,
    show,
    leave,
    remove({ card }: { readonly card: Card }): void {
      cards.value = cards.peek().filter((other) => other !== card);
    },
    shown: () => cards.peek().map(({ state }) => state.peek().kind),
    /** Resolves when the page has asked whether another one is still there. */
    async asksFor(other: string): Promise<void> {
      while (![...asked].some((name) => name.endsWith(other))) await turn();
    },
  };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}
