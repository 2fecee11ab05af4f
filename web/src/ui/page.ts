import { durationMs } from "@bufbuild/protobuf/wkt";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentChild } from "preact";
import type { Clients } from "../api/clients.ts";
import { openActivity } from "../api/open-activity.ts";
import type { History } from "../kept/history.ts";
import { chanceByNow } from "../odds/figures.ts";
import type { Odds } from "../odds/odds.ts";
import type { Query } from "../session/query.ts";
import type { SearchState } from "../session/search-state.ts";
import { aheadOf, type StreamState } from "../session/stream-state.ts";
import { type Announcer, createAnnouncer } from "../store/announcer.ts";
import { callConnections, isMultiplexed } from "../store/connections.ts";
import { createPageOdds, knownRate } from "../store/odds.ts";
import { type Card, createStore, type Store } from "../store/store.ts";
import { createStreams, type Streams } from "../store/streams.ts";
import { onWake } from "../store/wake.ts";
import { type Surroundings, stateWords } from "../words/state-words.ts";
import { streamWords } from "../words/stream-words.ts";
import { announceConnection } from "./announce-connection.ts";
import { focusKeys, focusName, focusNewestCard } from "./focus.ts";
import { keyName } from "./key-name.ts";
import { searchStops, stopOnEscape, streamStops } from "./keyboard.ts";
import { words } from "./language.ts";
import { notifyOfEnds } from "./notify.ts";
import { showStateInTab } from "./tab-state.ts";
import { type View, viewOfAddress } from "./view.ts";

/** The page: what it shows, and what a person can do with it. */
export interface Page {
  readonly view: ReadonlySignal<View>;
  readonly store: Store;
  readonly streams: Streams;
  readonly announcer: Announcer;
  readonly odds: Odds;
  /** Hashes a second of the server while it works; undefined until the server has told it or has been seen at work. */
  readonly rate: ReadonlySignal<number | undefined>;
  /** Undefined until it is loaded. */
  readonly history: ReadonlySignal<History | undefined>;
  /** The component that shows the history, loaded together with it. */
  readonly historyList: ReadonlySignal<((props: { readonly page: Page }) => ComponentChild) | undefined>;
  search(query: Query): void;
  resume(card: Card): void;
  remove(card: Card): void;
  /** Stops one search, or all of them, from a button that then goes away. */
  stopFromOutside(card: Card | "all", at: number): void;
  words(state: SearchState): string;
  /** These two are called from buttons that then go away. */
  cancelStreams(): void;
  clearStreams(): void;
  streamWords(state: StreamState): string;
}

const mentionEveryMs = 1_000;

export function createPage(clients: Clients): Page {
  const odds = createPageOdds();
  const announcer = createAnnouncer(words.peek().state.idle);
  const view = viewOfAddress();
  const connections = callConnections();
  const store = createStore(
    {
      clients,
      connections,
      openActivity: (listener) => openActivity(clients.activity, listener, { shared: !isMultiplexed() }),
      onWake: (wake) => onWake(wake, { window, document }),
    },
    (before, state) => {
      if (before?.kind !== state.kind) announcer.announce(line(state), state.run.id);
    },
  );

  const streams = createStreams(
    { client: clients.streams, connections, activity: store.activity },
    (before, state) => {
      if (before?.kind !== state.kind)
        announcer.announce(`${keyName(state.key)}: ${sayStream(state)}`, `key ${state.key}`);
    },
  );

  function sayStream(state: StreamState): string {
    const others = streams.on.value.map((other) => other.state.value);
    const ahead = aheadOf(state, others);
    return streamWords(state, words.value, { now: streams.now.value, ahead });
  }

  function say(state: SearchState): string {
    return stateWords(state, words.value, {
      ...surroundingsOf(store),
      chanceByNow: (of) => chanceByNow(of, odds),
    });
  }

  function line(state: SearchState): string {
    return `${state.query.name}: ${say(state)}`;
  }

  setInterval(() => {
    const latest = store.running.peek()[0];
    if (latest) announcer.mention(() => line(latest.state.peek()));
  }, mentionEveryMs);
  // When another language is chosen, the latest line is announced again in it.
  words.subscribe(() => {
    const latest = store.cards.peek()[0];
    announcer.announce(latest ? line(latest.state.peek()) : words.peek().state.idle);
  });
  stopOnEscape(() => (view.peek() === "streams" ? streamStops(streams) : searchStops(store)));
  showStateInTab(store);
  notifyOfEnds(store, say);
  const history = signal<History | undefined>(undefined);
  const historyList = signal<Page["historyList"]["value"]>(undefined);
  // The first search does not need the history, and a page that cannot load it works without it.
  Promise.all([import("../kept/keep-history.ts"), import("./history-list.tsx")]).then(
    ([{ keepHistory }, { HistoryList }]) => {
      history.value = keepHistory(store);
      historyList.value = HistoryList;
    },
    () => {},
  );
  announceConnection(store, announcer);

  return {
    view,
    store,
    streams,
    announcer,
    odds,
    rate: knownRate(store.activity),
    history,
    historyList,
    search: store.start,
    resume({ session }) {
      session.resume();
    },
    remove(card) {
      store.remove(card);
      focusName();
    },
    stopFromOutside(card, at) {
      if (card === "all") store.stopAll("Stop all", at);
      else card.session.stop("Stop button", at);
      focusNewestCard();
    },
    words: say,
    cancelStreams() {
      streams.cancelAll();
      focusKeys();
    },
    clearStreams() {
      streams.clear();
      focusKeys();
    },
    streamWords: sayStream,
  };
}

function surroundingsOf({ now, activity }: Store): Surroundings {
  const limit = activity.value?.limits?.maximumTime;
  const limitMs = limit === undefined ? 0 : durationMs(limit);
  return {
    now: now.value,
    serverTimeLimitMs: limitMs === 0 ? undefined : limitMs,
  };
}
