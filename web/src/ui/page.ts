import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Clients } from "../api/clients.ts";
import type { Query } from "../session/query.ts";
import type { SearchState } from "../session/search-state.ts";
import { type Announcer, createAnnouncer } from "../store/announcer.ts";
import { type Card, createStore, type Store } from "../store/store.ts";
import { type Surroundings, stateWords } from "../words/state-words.ts";
import { announceConnection } from "./announce-connection.ts";
import { focusName, focusNewestCard } from "./focus.ts";
import { stopOnEscape } from "./keyboard.ts";
import { words } from "./language.ts";

/** The page: what it shows, and what a person can do with it. */
export interface Page {
  readonly store: Store;
  readonly announcer: Announcer;
  search(query: Query): void;
  resume(card: Card): void;
  remove(card: Card): void;
  /** Stops one search, or all of them, from a button that then goes away. */
  stopFromOutside(card: Card | "all", at: number): void;
  words(state: SearchState): string;
}

const mentionEveryMs = 1_000;

export function createPage(clients: Clients): Page {
  const announcer = createAnnouncer(words.peek().state.idle);
  const store = createStore(clients, (before, state) => {
    if (before?.kind !== state.kind) announcer.announce(line(state), state.run.id);
  });

  function say(state: SearchState): string {
    return stateWords(state, words.value, surroundingsOf(store));
  }

  function line(state: SearchState): string {
    return `${state.query.name}: ${say(state)}`;
  }

  setInterval(() => {
    const latest = store.running.peek()[0];
    if (latest) announcer.mention(() => line(latest.state.peek()));
  }, mentionEveryMs);
  stopOnEscape(store);
  announceConnection(store, announcer);

  return {
    store,
    announcer,
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
