import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { WatchActivityResponse } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import type { ActivityListener, ActivityWatch, Connection } from "../api/activity-watch.ts";
import type { Connections } from "../session/connections.ts";
import type { Query } from "../session/query.ts";
import {
  restoreSearch,
  type SearchSession,
  type SessionDeps,
  startSearch,
} from "../session/search-session.ts";
import { isActive, isStoppable, type SearchState, type StopReason } from "../session/search-state.ts";
import { isAsked } from "./account.ts";
import { createClock } from "./clock.ts";
import { type LastStop, lastStopAfter } from "./last-stop.ts";
import { vanishedFinder } from "./vanished.ts";

/** One search on the page. */
export interface Card {
  readonly key: number;
  readonly state: ReadonlySignal<SearchState>;
  readonly session: SearchSession;
}

export interface Store {
  /** Newest first. */
  readonly cards: ReadonlySignal<readonly Card[]>;
  readonly active: ReadonlySignal<readonly Card[]>;
  /** Those that a Stop would end. */
  readonly running: ReadonlySignal<readonly Card[]>;
  readonly activity: ReadonlySignal<WatchActivityResponse | undefined>;
  readonly connection: ReadonlySignal<Connection>;
  readonly lastStop: ReadonlySignal<LastStop | undefined>;
  readonly now: ReadonlySignal<number>;
  /** Begins a search, as the newest card. */
  start(query: Query): Card;
  /** Puts a search of an earlier page back, as the newest card, or in another place among them. */
  restore(kept: SearchState, place?: number): Card;
  stopAll(reason: StopReason, at: number): void;
  remove(card: Card): void;
  /** Asks again at once for everything that waits for its next try. */
  tryNow(): void;
}

export interface StoreDeps {
  readonly clients: SessionDeps["clients"];
  readonly connections: Connections | undefined;
  /** Opens the server's activity. */
  openActivity(listener: ActivityListener): ActivityWatch;
  /** Calls back when what was open may be dead without a word. */
  onWake(wake: () => void): void;
}

/** Everything that the page shows. `onChange` hears of each search's change of state. */
export function createStore(
  { clients, connections, openActivity, onWake }: StoreDeps,
  onChange: (before: SearchState | undefined, state: SearchState) => void,
): Store {
  const cards = signal<readonly Card[]>([]);
  const activity = signal<WatchActivityResponse | undefined>(undefined);
  const reached = signal<Connection>({ kind: "connecting" });
  const connection = computed((): Connection => (isAsked.value ? { kind: "asked" } : reached.value));
  const lastStop = signal<LastStop | undefined>(undefined);
  const active = computed(() => cards.value.filter(({ state }) => isActive(state.value)));
  const running = computed(() => cards.value.filter(({ state }) => isStoppable(state.value)));
  const sent = computed(() => active.value.filter(({ state }) => state.value.kind !== "queued"));
  const isRefused = computed(() => cards.value.some(({ state }) => state.value.kind === "refused-busy"));
  const now = createClock(
    () => active.value.length > 0 || isRefused.value || connection.value.kind === "lost",
  );
  const vanished = vanishedFinder();
  let keys = 0;

  const listener = {
    activity(message: WatchActivityResponse, asked: readonly string[]) {
      batch(() => {
        activity.value = message;
        for (const card of cards.peek()) reportProgress(card, message);
      });
      for (const session of vanished(sessions(), message, asked)) session.hangUp();
    },
    connection(next: Connection) {
      const before = reached.peek().kind;
      if (next.kind === before && next.kind !== "lost") return;
      batch(() => {
        reached.value = next;
        for (const session of sessions()) session.contact(next.kind === "lost" ? next : undefined);
      });
      // Searches that wait for their next try are tried at once.
      if (before === "lost" && next.kind === "connected") askNow();
    },
  };
  const watch = openActivity(listener);
  effect(() => watch.follow(sent.value.map(({ state }) => state.value.run.id)));
  onWake(tryNow);

  function sessions(): readonly SearchSession[] {
    return active.peek().map(({ session }) => session);
  }

  function askNow(): void {
    for (const session of sessions()) session.tryNow();
  }

  function tryNow(): void {
    watch.tryNow();
    askNow();
  }

  function changed(state: Signal<SearchState | undefined>, next: SearchState): void {
    const before = state.peek();
    batch(() => {
      state.value = next;
      lastStop.value = lastStopAfter(lastStop.peek(), next);
    });
    onChange(before, next);
  }

  function add(begin: (deps: SessionDeps) => SearchSession, place = 0): Card {
    const state: Signal<SearchState | undefined> = signal(undefined);
    const session = begin({
      clients,
      connections,
      serverInstance: () =>
        connection.peek().kind === "connected" ? activity.peek()?.serverInstance : undefined,
      othersRun: () => worksForOthers(active.peek(), session, activity.peek()),
      onState: (next) => changed(state, next),
    });
    changed(state, session.state);
    const card = { key: keys++, state: computed(() => state.value ?? session.state), session };
    cards.value = cards.peek().toSpliced(place, 0, card);
    return card;
  }

  return {
    cards,
    active,
    running,
    activity,
    connection,
    lastStop,
    now,
    start: (query) => add((deps) => startSearch(query, deps)),
    restore: (kept, place) => add((deps) => restoreSearch(kept, deps), place),
    stopAll(reason, at) {
      for (const { session } of running.peek()) session.stop(reason, at);
    },
    remove(card) {
      card.session.dispose();
      cards.value = cards.peek().filter((other) => other !== card);
    },
    tryNow,
  };
}

function reportProgress({ session }: Card, { progress }: WatchActivityResponse): void {
  const mine = progress.find(({ searchId }) => searchId === session.state.run.id);
  if (mine === undefined) return;
  const { nextIndex, matchesSent, hashesComputed: hashes, hashesPerSecond, searchesAhead } = mine;
  session.progress({ nextIndex, matchesSent, hashes, hashesPerSecond }, searchesAhead);
}

function worksForOthers(
  active: readonly Card[],
  session: SearchSession,
  activity: WatchActivityResponse | undefined,
): boolean {
  const isOther = ({ session: other, state }: Card) => other !== session && state.peek().kind !== "queued";
  if (active.some(isOther)) return true;
  if (activity === undefined) return false;
  // The caller's other searches may be in other tabs.
  const own = activity.progress.find(({ searchId }) => searchId === session.state.run.id);
  return activity.searches > (own !== undefined && own.searchesAhead === undefined ? 1 : 0);
}
