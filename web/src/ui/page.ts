import { durationMs } from "@bufbuild/protobuf/wkt";
import { batch, computed, type ReadonlySignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { askBy } from "../api/account.ts";
import type { Clients } from "../api/clients.ts";
import { openActivity } from "../api/open-activity.ts";
import { chanceByNow } from "../odds/figures.ts";
import type { Odds } from "../odds/odds.ts";
import type { Query } from "../session/query.ts";
import type { SearchState } from "../session/search-state.ts";
import { aheadOf, type StreamState } from "../session/stream-state.ts";
import { isAsked } from "../store/account.ts";
import { afterToken } from "../store/after-token.ts";
import { type Announcer, createAnnouncer } from "../store/announcer.ts";
import { callConnections, isMultiplexed } from "../store/connections.ts";
import { createPageOdds, knownRate } from "../store/odds.ts";
import { createStore, type Store } from "../store/store.ts";
import { createStreams, type Streams } from "../store/streams.ts";
import { onWake } from "../store/wake.ts";
import { isCutOff, type Surroundings, spokenWords, stateWords } from "../words/state-words.ts";
import type { AccountView } from "./account/account-room.tsx";
import { type FormState, formOfAddress } from "./form/form-state.ts";
import { searchStops, stopOnEscape, streamStops } from "./frame/keyboard.ts";
import { notifyOfEnds } from "./frame/notify.ts";
import { hrefOf, type Route } from "./frame/route.ts";
import { routeOfAddress } from "./frame/router.ts";
import type { Guide } from "./guide/guide-room.tsx";
import type { matchRoom as MatchRoom } from "./match/match-room.tsx";
import { showCard } from "./parts/focus.ts";
import { words } from "./parts/language.ts";
import { later, onDemand } from "./parts/later.ts";
import { recall, remember } from "./parts/remember.ts";
import { announceConnection } from "./server/announce-connection.ts";
import type { Shortcuts } from "./shortcuts/open-shortcuts.tsx";
import { keyName } from "./streams/key-name.ts";
import type { streamPlaces as StreamPlaces } from "./streams/stream-places.tsx";

/** All that the page is made of. Only the views know all of it; each room is given what it shows. */
export interface Page {
  readonly route: ReadonlySignal<Route>;
  readonly form: FormState;
  readonly store: Store;
  readonly streams: Streams;
  readonly announcer: Announcer;
  readonly odds: Odds;
  /** Hashes a second of the server while it works; undefined until the server has told it or has been seen at work. */
  readonly rate: ReadonlySignal<number | undefined>;
  /** The component that shows the history; undefined until it is loaded. */
  readonly history: ReadonlySignal<(() => ComponentChild) | undefined>;
  /** What the view of the keyed streams shows; undefined until it is loaded. */
  readonly streamPlaces: ReadonlySignal<typeof StreamPlaces | undefined>;
  /** How a match is checked, and the view of one; undefined until it is loaded. */
  readonly matchRoom: ReadonlySignal<typeof MatchRoom | undefined>;
  /** The guide, which is loaded when it is first asked for. */
  guide(): Guide | undefined;
  /** The list of keys; undefined until it is loaded. */
  readonly shortcuts: ReadonlySignal<Shortcuts | undefined>;
  /** Whether nothing was ever searched for in this browser. */
  readonly isNewcomer: boolean;
  /** Begins a search. What `isExample` brings its card into view; on a phone every search does. */
  search(query: Query, isExample?: boolean): void;
  /** What was found beside what chance would bring; nothing until the component is loaded. */
  ladder(state: SearchState): ComponentChild;
  /** The server's rate over the last minute; nothing until the component is loaded. */
  sparkline(): ComponentChild;
  /** Who one is to a server that asks; nothing until the component is loaded. */
  account(): AccountView | undefined;
  /** How the last Stop went; nothing until the component is loaded. */
  lastStop(store: Store): ComponentChild;
  /** The proof of a search's Stop by the page's clock; nothing until the component is loaded. */
  proof(state: SearchState, now: Store["now"]): ComponentChild;
  /** A search's state in words. */
  say(state: SearchState): string;
  /** A stream's state in words. */
  sayStream(state: StreamState): string;
}

const mentionEveryMs = 1_000;
const searchedBefore = "searched";
// As in styles/phone.css.
const phone = "(max-width: 40rem)";

/** Puts the page together: every part is made here, and given to those that need it. */
export function createPage(clients: Clients): Page {
  const odds = createPageOdds();
  const announcer = createAnnouncer(() => words.peek().state.idle);
  const route = routeOfAddress();
  const connections = afterToken(callConnections());
  // Searches whose situation has changed since the latest line about them, as they are now.
  const changed = new Map<string, SearchState>();
  const store = createStore(
    {
      clients,
      connections,
      openActivity: (listener) => openActivity(clients.activity, listener, { shared: !isMultiplexed() }),
      onWake: (wake) => onWake(wake, { window, document }),
    },
    (before, state) => {
      const isKnown = changed.has(state.run.id);
      if (!isKnown && before !== undefined && situation(before) === situation(state)) return;
      changed.set(state.run.id, state);
      announcer.announce(sayChanged, "searches");
    },
  );

  const streamRoom = later(() => import("./streams/stream-places.tsx"));
  const streams = createStreams(
    { client: clients.streams, connections, activity: store.activity },
    (before, state) => {
      if (before?.kind !== state.kind)
        announcer.announce(
          () => words.peek().everyone.named(keyName(state.key), sayStream(state)),
          `key ${state.key}`,
        );
    },
  );

  function sayStream(state: StreamState): string {
    const others = streams.on.value.map((other) => other.state.value);
    const ahead = aheadOf(state, others);
    // Who has started a stream has loaded its room.
    return (
      streamRoom.value?.sayStream(state, { now: streams.now.value, ahead, isAsked: isAsked.value }) ?? ""
    );
  }

  const rareRoom = later(() => import("../words/rare-words.ts"));

  function say(state: SearchState): string {
    const around = surroundingsOf(store);
    const rarely = rareRoom.value?.rarelySaid(state, words.value, around);
    if (rarely) return rarely;
    return stateWords(state, words.value, {
      ...around,
      chanceByNow: (of) => chanceByNow(of, odds),
    });
  }

  function sayChanged(): string {
    // A loss of the server is said once, for all of them.
    const isLost = store.connection.peek().kind === "lost";
    const states = [...changed.values()].filter((state) => !isLost || !isCutOff(state));
    changed.clear();
    if (states.length === 0) return "";
    const [first] = states;
    return states.length === 1 && first
      ? line(first)
      : (several.value?.severalWords(states, words.peek()) ?? "");
  }

  function line(state: SearchState): string {
    // A countdown would stand still in the live region, which must not be rewritten each second.
    return words.peek().everyone.named(state.query.name, spokenWords(state, words.peek()) ?? say(state));
  }

  // One search goes before several.
  const several = later(() => import("../words/several-words.ts"));
  setInterval(() => {
    const latest = store.running.peek()[0];
    if (latest) announcer.mention(() => line(latest.state.peek()));
  }, mentionEveryMs);
  // When another language is chosen, the latest line is announced again in it.
  words.subscribe(() => {
    const latest = store.cards.peek()[0];
    if (latest) announcer.announce(() => line(latest.state.peek()), "searches");
    else announcer.forget("searches");
  });
  stopOnEscape(() => (route.peek().view === "streams" ? streamStops(streams) : searchStops(store)));
  // Only who reads it loads it.
  const guide = onDemand(async () =>
    (await import("./guide/guide-room.tsx")).openGuide({
      clients,
      connections,
      announcer,
      hrefOf: (query) => hrefOf({ view: "guide", query }),
    }),
  );
  later(async () =>
    (await import("./frame/tab-state.ts")).showStateInTab(store, route, ({ view, query }) =>
      view === "guide" ? (guide()?.title(query) ?? "") : (new URLSearchParams(query).get("name") ?? ""),
    ),
  );
  // Only where the server asks.
  const accountRoom = onDemand(async () => (await import("./account/account-room.tsx")).accountRoom);
  askBy(async (isInsisted) => (await import("./account/account-room.tsx")).accountRoom.ask(isInsisted));
  notifyOfEnds(store, say);
  // Nothing is proven before the first Stop.
  const searchProof = later(() => import("./proof/search-proof.tsx"));
  const proof: Page["proof"] = (state, now) => searchProof.value?.searchProof(state, now);
  const matchRoom = later(() => import("./match/match-room.tsx"));
  // A search has begun before there is anything to compare with chance.
  const ladder = later(() => import("./search-card/ladder.tsx"));
  // The curve needs a minute to say something.
  const sparkline = later(() => import("./server/sparkline.tsx"));
  // The first search does not need the history.
  const history = later(async () => {
    const { openHistory } = await import("./history/open-history.tsx");
    const itsProof = (state: SearchState) => proof(state, store.now);
    return openHistory(store, { say, proof: itsProof, announce: announcer.announce });
  });
  const shortcuts = later(async () => (await import("./shortcuts/open-shortcuts.tsx")).openShortcuts());
  announceConnection(store, announcer);
  const form = formOfAddress();
  const isNewcomer = recall(searchedBefore) === undefined;

  function search(query: Query, isExample = false): void {
    remember(searchedBefore, "yes");
    batch(() => {
      form.isFolded.value = true;
      const { key } = store.start(query);
      const isPhone = matchMedia(phone).matches;
      if (isPhone || isExample) showCard(key, { takesFocus: isPhone });
    });
  }

  return {
    route,
    form,
    isNewcomer,
    search,
    store,
    streams,
    announcer,
    odds,
    rate: knownRate(store.activity),
    history,
    guide,
    shortcuts,
    streamPlaces: computed(() => streamRoom.value?.streamPlaces),
    matchRoom: computed(() => matchRoom.value?.matchRoom),
    ladder: (state) => ladder.value?.ladder(state, odds),
    sparkline: () => sparkline.value?.sparkline(store.activity),
    account() {
      const name = store.activity.value?.callerName;
      return isAsked.value || name ? accountRoom()?.view(name) : undefined;
    },
    lastStop: (of) => searchProof.value?.lastStopPanel(of),
    proof,
    say,
    sayStream,
  };
}

/** What a search's line is about: it is said again when this changes. */
function situation(state: SearchState): string {
  const isRunning = state.kind === "running";
  return [
    state.kind,
    isRunning && state.ahead !== undefined,
    isRunning && state.unreached !== undefined,
  ].join();
}

function surroundingsOf({ now, activity, connection }: Store): Surroundings {
  const limit = activity.value?.limits?.maximumTime;
  const limitMs = limit === undefined ? 0 : durationMs(limit);
  return {
    now: now.value,
    serverTimeLimitMs: limitMs === 0 ? undefined : limitMs,
    isUnreached: connection.value.kind === "lost",
    isAsked: isAsked.value,
  };
}
