import { messagesOfStream } from "../../../proto/bounds.ts";
import type { StreamState } from "../session/stream-state.ts";
import { now } from "./search-states.ts";

type States = { readonly [K in StreamState["kind"]]: readonly Extract<StreamState, { readonly kind: K }>[] };

const streamStates: States = {
  running: [
    { ...keyed("a", 0, 4), kind: "running" },
    { ...keyed("b", 4, 0), kind: "running" },
  ],
  queued: [
    { ...keyed("c", 2, 0), kind: "queued", waitsFor: "connection" },
    { ...keyed("d", 3, 0), kind: "queued", waitsFor: "server" },
  ],
  refused: [{ ...keyed("e", 1, 0), kind: "refused", retryAt: now + 3_000, ofClient: true }],
  done: [{ ...keyed("f", 5, messagesOfStream), kind: "done" }],
  cancelled: [
    { ...keyed("g", 6, 3), kind: "cancelled" },
    { ...keyed("a key of many characters, for whoever needs more than a letter …", 7, 1), kind: "cancelled" },
  ],
  lost: [
    { ...keyed("h", 8, 7), kind: "lost" },
    { ...keyed("p", 8, 0), kind: "lost", proxyStatus: 503 },
  ],
  shutdown: [{ ...keyed("i", 9, 2), kind: "shutdown", retryAfterMs: 2_000 }],
  "timed-out": [{ ...keyed("j", 10, 1), kind: "timed-out" }],
  invalid: [{ ...keyed("k".repeat(65), 11, 0), kind: "invalid", violations: [] }],
  failed: [{ ...keyed("é", 12, 0), kind: "failed" }],
};

/** Every state of a keyed stream, in the order of their runs. */
export const allStreamStates: readonly StreamState[] = Object.values(streamStates)
  .flat()
  .sort((a, b) => a.run - b.run);

function keyed(key: string, run: number, count: number) {
  const messages = Array.from({ length: count }, (_, i) => `key: ${key}, progress: ${"+".repeat(i + 1)}`);
  return { key, run, messages };
}
