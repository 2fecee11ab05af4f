import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { WatchActivityResponse } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import type { Clients } from "../api/clients.ts";
import type { Connections } from "../session/connections.ts";
import { createLine } from "../session/line.ts";
import { type StreamSession, startStream } from "../session/stream-session.ts";
import { isOn, type StreamState } from "../session/stream-state.ts";
import { createClock } from "./clock.ts";

/** A key that was pressed, and what has become of its stream. */
export interface KeyedStream {
  readonly key: string;
  readonly state: ReadonlySignal<StreamState>;
}

export interface Streams {
  /** In the order in which the keys were first pressed. */
  readonly all: ReadonlySignal<readonly KeyedStream[]>;
  /** Those whose key is on, in the order in which they were started. */
  readonly on: ReadonlySignal<readonly KeyedStream[]>;
  /** The clock by which their times are shown. */
  readonly now: ReadonlySignal<number>;
  /** Starts the key's stream, or cancels it when it is on. */
  toggle(key: string): void;
  cancelAll(): void;
  /** Forgets the keys that are off. */
  clear(): void;
}

export interface StreamsDeps {
  readonly client: Clients["streams"];
  readonly connections: Connections | undefined;
  /** The server's own word on how many streams it has, and how many it may have. */
  readonly activity: ReadonlySignal<WatchActivityResponse | undefined>;
}

/** The keyed streams of the page. `onChange` hears of each one's change of state. */
export function createStreams(
  { client, connections, activity }: StreamsDeps,
  onChange: (before: StreamState | undefined, state: StreamState) => void,
): Streams {
  const all = signal<readonly KeyedStream[]>([]);
  const sessions = new Map<string, StreamSession>();
  const line = createLine();
  const on = computed(() =>
    all.value.filter(({ state }) => isOn(state.value)).sort((a, b) => a.state.value.run - b.state.value.run),
  );
  const now = createClock(() => on.value.some(({ state }) => state.value.kind === "refused"));
  let runs = 0;

  // A refusal says when a place must be free at the latest; the activity says when one is free.
  effect(() => {
    if (hasRoom(activity.value)) line.tryNow();
  });

  function add(key: string): void {
    const state: Signal<StreamState | undefined> = signal(undefined);
    const changed = (next: StreamState): void => {
      const before = state.peek();
      state.value = next;
      onChange(before, next);
    };
    const session = startStream(key, { client, connections, line, nextRun: () => runs++, onState: changed });
    sessions.set(key, session);
    all.value = [...all.peek(), { key, state: computed(() => state.value ?? session.state) }];
    changed(session.state);
  }

  return {
    all,
    on,
    now,
    toggle(key) {
      const session = sessions.get(key);
      if (session === undefined) add(key);
      else if (isOn(session.state)) session.cancel();
      else session.start();
    },
    cancelAll() {
      // The last one is cancelled first, so that no key is sent only to be cancelled.
      batch(() => {
        for (const { key } of on.peek().toReversed()) sessions.get(key)?.cancel();
      });
    },
    clear() {
      const kept = all.peek().filter(({ state }) => isOn(state.peek()));
      for (const { key } of all.peek()) if (!kept.some((stream) => stream.key === key)) sessions.delete(key);
      all.value = kept;
    },
  };
}

function hasRoom(activity: WatchActivityResponse | undefined): boolean {
  if (activity?.limits === undefined) return false;
  const { streams, streamsOfCaller, limits } = activity;
  const isBelow = (count: number, limit: number) => limit === 0 || count < limit;
  return isBelow(streams, limits.maximumStreams) && isBelow(streamsOfCaller, limits.maximumStreamsPerClient);
}
