import { activitySilenceMs } from "../../../proto/bounds.ts";
import type { WatchActivityResponse } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import type { ActivityListener, ActivityWatch, Connection } from "./activity-watch.ts";
import type { LockOptions, Locks } from "./locks.ts";

// The tab that reads passes something on at least once a second. When a visible
// tab has heard nothing for this long, the reader is frozen, and it takes over.
const silenceMs = 6 * activitySilenceMs;

/** What tabs tell each other. Their clocks differ, so times are sent as durations. */
type Message =
  /** The searches that a tab wants to hear of. */
  | { readonly kind: "follow"; readonly tab: string; readonly ids: readonly string[] }
  /** A new reader asks every tab for its searches. */
  | { readonly kind: "ask" }
  | {
      readonly kind: "activity";
      readonly activity: WatchActivityResponse;
      readonly asked: readonly string[];
    }
  | { readonly kind: "connection"; readonly connection: Connection }
  | { readonly kind: "try-now" };

/** What a tab knows of its browser. */
export interface Tab {
  /** Those of all tabs. */
  readonly locks: Locks;
  /** Whose tab it is: tabs of other people are told other things. */
  readonly who?: string;
  isHidden(): boolean;
}

/**
 * One activity stream for all tabs of the browser: one of them reads it and
 * passes it on, so that it takes one of the six connections of HTTP/1.1 and not
 * one for each tab. The tab that holds a lock is the reader; a tab that dies frees it.
 */
export function shareActivity(
  open: (listener: ActivityListener) => ActivityWatch,
  listener: ActivityListener,
  { locks, isHidden, who = "" }: Tab,
): ActivityWatch {
  const tab = Math.random().toString(36);
  const name = `hash-finder activity${who && ` of ${who}`}`;
  const life = new AbortController();
  const channel = new BroadcastChannel(name);
  const say = (message: Message) => channel.postMessage(message);
  let ids: readonly string[] = [];
  let inLine = new AbortController();
  let reading: Reading | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  function tellWishes(): void {
    if (reading) reading.wish(tab, ids);
    else say({ kind: "follow", tab, ids });
  }

  channel.onmessage = ({ data }: { readonly data: Message }) => {
    if (reading) reading.hear(data);
    else hear(data);
  };

  function hear(message: Message): void {
    if (message.kind === "ask") tellWishes();
    if (message.kind === "activity") listener.activity(message.activity, message.asked);
    if (message.kind === "connection") listener.connection(shifted(message.connection, performance.now()));
    if (message.kind === "activity" || message.kind === "connection") expectMore();
  }

  function expectMore(): void {
    clearTimeout(silence);
    silence = setTimeout(() => {
      if (isHidden() || reading) expectMore();
      else void read({ steal: true });
    }, silenceMs);
  }

  /** Reads from the moment when this tab gets the lock until another tab takes it. */
  async function read(how: LockOptions): Promise<void> {
    inLine.abort();
    inLine = new AbortController();
    const mine = inLine;
    try {
      await locks.request(name, how.steal ? how : { signal: mine.signal }, () => {
        reading = startReading({ locks, open, listener, say });
        reading.wish(tab, ids);
        return new Promise((resolve) => life.signal.addEventListener("abort", resolve));
      });
    } catch {
      // The request was withdrawn, or another tab has taken the lock.
    }
    if (mine !== inLine) return;
    reading?.end();
    reading = undefined;
    if (life.signal.aborted) return;
    // The new reader may have asked while this tab still believed that it was the reader.
    tellWishes();
    expectMore();
    void read({});
  }

  // The reader learns of this tab's death from this lock.
  void locks.request(aliveLock(tab), {}, () => {
    tellWishes();
    return new Promise((resolve) => life.signal.addEventListener("abort", resolve));
  });
  expectMore();
  void read({});

  return {
    follow(next) {
      ids = next;
      tellWishes();
    },
    tryNow() {
      if (reading) reading.hear({ kind: "try-now" });
      else say({ kind: "try-now" });
    },
    close() {
      life.abort();
      inLine.abort();
      reading?.end();
      clearTimeout(silence);
      channel.close();
    },
  };
}

interface Reading {
  wish(tab: string, ids: readonly string[]): void;
  hear(message: Message): void;
  end(): void;
}

interface ReadingDeps {
  readonly locks: Locks;
  open(listener: ActivityListener): ActivityWatch;
  readonly listener: ActivityListener;
  say(message: Message): void;
}

/** What the reading tab does: one stream with every tab's searches, passed on to all. */
function startReading({ locks, open, listener, say }: ReadingDeps): Reading {
  const wishes = new Map<string, readonly string[]>();
  const life = new AbortController();
  let connection: Connection | undefined;
  const watch = open({
    activity(activity, asked) {
      listener.activity(activity, asked);
      say({ kind: "activity", activity, asked });
    },
    connection(next) {
      const isNews = connection?.kind !== next.kind || next.kind === "lost";
      connection = next;
      listener.connection(next);
      if (isNews) sayConnection();
    },
  });
  say({ kind: "ask" });

  function sayConnection(): void {
    if (connection) say({ kind: "connection", connection: shifted(connection, -performance.now()) });
  }

  function follow(): void {
    watch.follow([...wishes.values()].flat());
  }

  function wish(tab: string, ids: readonly string[]): void {
    if (!wishes.has(tab)) {
      const gone = locks.request(aliveLock(tab), { signal: life.signal }, () => {
        wishes.delete(tab);
        follow();
      });
      gone.catch(() => {}); // the reading has ended before
    }
    wishes.set(tab, ids);
    follow();
  }

  return {
    wish,
    hear(message) {
      if (message.kind === "try-now") watch.tryNow();
      if (message.kind !== "follow") return;
      if (!wishes.has(message.tab)) sayConnection();
      wish(message.tab, message.ids);
    },
    end() {
      life.abort();
      watch.close();
    },
  };
}

/** The connection with its time moved: from a tab's own clock to the time that is left, or back. */
function shifted(connection: Connection, byMs: number): Connection {
  if (connection.kind !== "lost" || connection.retryAt === undefined) return connection;
  return { kind: "lost", retryAt: connection.retryAt + byMs };
}

function aliveLock(tab: string): string {
  return `hash-finder tab ${tab}`;
}
