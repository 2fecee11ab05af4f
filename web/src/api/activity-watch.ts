import { Code, ConnectError } from "@connectrpc/connect";
import { mostWatchedSearches } from "../../../proto/bounds.ts";
import type { WatchActivityResponse } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import { backoffBefore, wait } from "./backoff.ts";
import type { Clients } from "./clients.ts";
import { watchSilence } from "./silence.ts";

/**
 * Whether the server can be reached. `retryAt` is on the clock of
 * `performance.now()`, and undefined while it is being tried.
 */
export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  /** It is reached, and answers nothing until there is a token. */
  | { readonly kind: "asked" }
  | { readonly kind: "lost"; readonly retryAt: number | undefined };

export interface ActivityWatch {
  /**
   * The searches whose progress is wanted. Re-opens the stream when they have
   * changed. Where they are more than one call may ask for, those that are asked
   * for already stay, and the others wait until there is room.
   */
  follow(searchIds: readonly string[]): void;
  /** Tries again without waiting for the backoff. */
  tryNow(): void;
  /** Ends the stream for good. */
  close(): void;
}

export interface ActivityListener {
  /** `asked` are the searches whose progress this activity would tell. The absence of others means nothing. */
  activity(activity: WatchActivityResponse, asked: readonly string[]): void;
  connection(connection: Connection): void;
}

/** Keeps one activity stream open, re-opened with backoff 1-2-4-8 s when it breaks. */
export function watchActivity(client: Clients["activity"], listener: ActivityListener): ActivityWatch {
  let searchIds: readonly string[] = [];
  let turn = new AbortController();
  let attempt = 0;
  let ended = false;
  let isWaiting = false;

  // Leaving a `for await` does not cancel the call; only the abort in `finally` does.
  async function readOnce(): Promise<void> {
    const mine = turn;
    const asked = searchIds;
    const silence = watchSilence(() => mine.abort());
    try {
      for await (const activity of client.watchActivity({ searchIds: [...asked] }, { signal: mine.signal })) {
        if (mine !== turn) return;
        attempt = 0;
        silence.heard();
        listener.connection({ kind: "connected" });
        listener.activity(activity, asked);
      }
    } catch (error) {
      // A token that was taken away is no loss: the next call asks for another. Why else it
      // broke does not matter here: it is opened again.
      if (ConnectError.from(error).code === Code.Unauthenticated && mine === turn) reopen();
    } finally {
      silence.end();
      mine.abort();
    }
  }

  async function keepOpen(): Promise<void> {
    while (!ended) {
      const mine = turn;
      await readOnce();
      if (mine !== turn) continue; // re-opened, or closed, on purpose
      const delayMs = backoffBefore(attempt++);
      turn = new AbortController();
      listener.connection({ kind: "lost", retryAt: performance.now() + delayMs });
      const waiting = turn;
      isWaiting = true;
      await wait(delayMs, waiting.signal);
      isWaiting = false;
      if (!ended) listener.connection({ kind: "lost", retryAt: undefined });
    }
  }

  function reopen(): void {
    const old = turn;
    turn = new AbortController();
    old.abort();
  }

  void keepOpen();
  return {
    follow(wanted) {
      const before = new Set(searchIds);
      const still = searchIds.filter((id) => wanted.includes(id));
      const ids = [...new Set([...still, ...wanted])].slice(0, mostWatchedSearches);
      if (ids.length === before.size && ids.every((id) => before.has(id))) return;
      searchIds = ids;
      if (!isWaiting) reopen();
    },
    tryNow() {
      attempt = 0;
      reopen();
    },
    close() {
      ended = true;
      reopen();
    },
  };
}
