import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type ReadonlySignal, signal } from "@preact/signals";
import {
  type WatchActivityResponse,
  WatchActivityResponseSchema,
} from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import type { Connection } from "../api/activity-watch.ts";
import type { Clients } from "../api/clients.ts";
import type { SearchSession } from "../session/search-session.ts";
import type { SearchState } from "../session/search-state.ts";
import { aheadOf, isOn, type StreamState } from "../session/stream-state.ts";
import type { LastStop } from "../store/last-stop.ts";
import type { Card } from "../store/store.ts";
import type { Streams } from "../store/streams.ts";
import { accountRoom } from "../ui/account/account-room.tsx";
import { emptyForm, type FormInput } from "../ui/form/form-input.ts";
import type { Route } from "../ui/frame/route.ts";
import { createPage, type Page } from "../ui/page.ts";
import { words } from "../ui/parts/language.ts";
import { rarelySaid } from "../words/rare-words.ts";
import { stateWords } from "../words/state-words.ts";
import { streamWords } from "../words/stream-words.ts";
import { now } from "./search-states.ts";

/** What a still page shows. */
export interface Still {
  readonly states: readonly SearchState[];
  readonly connection: Connection;
  readonly activity: WatchActivityResponse | undefined;
  readonly lastStop: LastStop | undefined;
  /** What was asked for and refused; undefined: nothing is typed. */
  readonly refused?: FormInput;
  /** Whether the form has made room for a search, where the page is narrow. */
  readonly isFolded?: boolean;
  /** Whether the page explains itself. */
  readonly isNewcomer?: boolean;
  /** Whether the list of keys lies over it. */
  readonly listsKeys?: boolean;
  /** Whether the server asks for a token, and whether the page has one. */
  readonly asksForToken?: boolean;
  readonly isSignedIn?: boolean;
  /** Shown instead of the searches. */
  readonly streams?: readonly StreamState[];
  /** What a link to a match, or to the guide, says; shown instead of the searches. */
  readonly match?: string;
  readonly guide?: string;
}

/** The page as it is at one moment, without a server; its buttons do nothing. */
export function stillPage({
  states,
  connection,
  activity,
  lastStop,
  refused,
  isFolded = false,
  isNewcomer = false,
  streams,
  match,
  guide,
}: Still): Page {
  const page = createPage(silentClients);
  const cards = states.map(cardOf);
  const store = {
    ...page.store,
    cards: fixed(cards),
    active: fixed(cards),
    running: fixed(cards.filter(({ state }) => state.value.kind === "running")),
    connection: fixed(connection),
    activity: fixed(activity),
    lastStop: fixed(lastStop),
    now: fixed(now),
  };

  function routeOf(): Route {
    if (match !== undefined) return { view: "match", query: match };
    if (guide !== undefined) return { view: "guide", query: guide };
    return { view: streams === undefined ? "searches" : "streams", query: "" };
  }

  return {
    ...page,
    account: () => accountRoom.view(activity?.callerName),
    route: fixed(routeOf()),
    form: {
      input: signal(refused ?? emptyForm),
      wasRefused: signal(refused !== undefined),
      isFolded: signal(isFolded),
    },
    isNewcomer,
    store,
    streams: stillStreams(streams ?? []),
    say: (state) =>
      rarelySaid(state, words.value, { now, serverTimeLimitMs: 10_000 }) ??
      stateWords(state, words.value, {
        now,
        serverTimeLimitMs: 10_000,
        isUnreached: connection.kind === "lost",
      }),
    sayStream: (state) => streamWords(state, words.value, { now, ahead: aheadOf(state, streams ?? []) }),
  };
}

/** A busy server of four workers. */
export const busyServer = create(WatchActivityResponseSchema, {
  serverInstance: "A",
  workers: 4,
  workersBusy: 3,
  searches: 2,
  searchesOfCaller: 1,
  streams: 6,
  streamsOfCaller: 2,
  hashesComputed: 3_412_000_000n,
  hashesPerSecond: 24_100_000,
  limits: { maximumHashes: 10_000_000_000n, maximumTime: durationFromMs(10_000) },
});

function cardOf(state: SearchState, key: number): Card {
  const session: SearchSession = {
    state,
    stop: () => {},
    resume: () => {},
    tryNow: () => {},
    progress: () => {},
    contact: () => {},
    flush: () => {},
    hangUp: () => {},
    dispose: () => {},
  };
  return { key, state: fixed(state), session };
}

function stillStreams(states: readonly StreamState[]): Streams {
  const all = states.map((state) => ({ key: state.key, state: fixed(state) }));
  return {
    all: fixed(all),
    on: fixed(all.filter(({ state }) => isOn(state.value))),
    now: fixed(now),
    toggle: () => {},
    cancelAll: () => {},
    clear: () => {},
  };
}

function fixed<T>(value: T): ReadonlySignal<T> {
  return signal(value);
}

// Calls that are never answered.
const never = () => new Promise<never>(() => {});
const silentClients = {
  finder: { find: never, findRange: silence },
  reports: { getSearchReport: never },
  activity: { watchActivity: silence },
  streams: { stream: silence },
} as unknown as Clients;

function silence(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: never }) };
}
