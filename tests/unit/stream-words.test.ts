import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { aheadOf, type StreamState } from "../../web/src/session/stream-state.ts";
import { en } from "../../web/src/words/en.ts";
import { refusalWords } from "../../web/src/words/refusal-words.ts";
import { streamWords } from "../../web/src/words/stream-words.ts";
import { after, ended, plain, query } from "./session-fixtures.ts";

type Kind = StreamState extends infer S
  ? S extends unknown
    ? Omit<S, "key" | "run" | "messages">
    : never
  : never;

function stream(kind: Kind, count = 0, key = "a"): StreamState {
  return { key, run: 0, messages: Array.from({ length: count }, () => "+"), ...kind } as StreamState;
}

const table: readonly (readonly [StreamState, ahead: number, words: string])[] = [
  [
    stream({ kind: "queued", waitsFor: "connection" }),
    0,
    "Waiting for a free connection. No key is ahead of it.",
  ],
  [
    stream({ kind: "queued", waitsFor: "server" }),
    1,
    "Waiting for a place on the server. 1 key is ahead of it.",
  ],
  [
    stream({ kind: "refused", retryAt: 4_500, ofClient: false }),
    2,
    "Waiting for a place on the server. 2 keys are ahead of it.",
  ],
  [
    stream({ kind: "refused", retryAt: 4_500, ofClient: false }),
    0,
    "The server has as many streams open as it can. Trying again in 4 s.",
  ],
  [
    stream({ kind: "refused", retryAt: 1_000, ofClient: true }),
    0,
    "You have as many streams open as the server allows. Trying again now.",
  ],
  [
    stream({ kind: "refused", retryAt: 1_001, ofClient: true }),
    0,
    "You have as many streams open as the server allows. Trying again in 1 s.",
  ],
  [stream({ kind: "running" }), 0, "Started. Waiting for the first message."],
  [stream({ kind: "running" }, 1), 0, "Running: 1 of 10 messages."],
  [stream({ kind: "done" }, 10), 0, "Done: all 10 messages arrived."],
  [stream({ kind: "cancelled" }), 0, "Cancelled by you before the first message."],
  [stream({ kind: "cancelled" }, 1), 0, "Cancelled by you after 1 message."],
  [
    stream({ kind: "lost", proxyStatus: 502 }),
    0,
    "Failed before the first message: the proxy in front of the server answered 502.",
  ],
  [stream({ kind: "lost" }, 2), 0, "Failed after 2 messages: the connection to the server was lost."],
  [
    stream({ kind: "shutdown", retryAfterMs: undefined }, 2),
    0,
    "Ended after 2 messages: the server is shutting down.",
  ],
  [stream({ kind: "timed-out" }, 2), 0, "Ended after 2 messages: the server's time limit was reached."],
  [stream({ kind: "failed" }, 2), 0, "Failed after 2 messages: the server had a problem of its own."],
];

describe("the words of a key", () => {
  test("are exact for every state", () => {
    for (const [state, ahead, words] of table) {
      assert.equal(plain(streamWords(state, en, { now: 1_000, ahead })), words);
    }
  });

  test("say the page's own rule where it knows what is wrong, else what the server says", () => {
    const violations = [
      { field: "key", sentence: "The server's words." },
      { field: "key", sentence: "And more." },
    ];
    const said = (key: string) =>
      streamWords(stream({ kind: "invalid", violations }, 0, key), en, { now: 0, ahead: 0 });
    assert.equal(said("a"), "Not started: The server's words. And more.");
    assert.match(said("a".repeat(1_000)), /^Not started: (?!The server's words)/);
  });

  test("count those ahead that are on, came before and have brought nothing yet", () => {
    const at = (run: number, kind: Kind, count = 0) => ({ ...stream(kind, count), run });
    const others = [
      at(1, { kind: "running" }),
      at(2, { kind: "running" }, 1),
      at(3, { kind: "refused", retryAt: 0, ofClient: false }),
      at(4, { kind: "cancelled" }),
      at(5, { kind: "queued", waitsFor: "server" }),
      at(6, { kind: "queued", waitsFor: "server" }),
      at(7, { kind: "queued", waitsFor: "server" }),
    ];
    assert.equal(aheadOf(at(5, { kind: "queued", waitsFor: "server" }), others), 2);
  });
});

describe("the words of a refused input", () => {
  const refused = (name: string, field: string) => {
    const state = after(ended({ kind: "input", violations: [{ field, sentence: "The server's words." }] }));
    assert.ok(state.kind === "refused-input");
    return refusalWords({ ...state, query: { ...query, name } }, en);
  };

  test("are the page's own for the rule of that field, else the server's", () => {
    assert.match(refused("a!b", "desired_name"), /^"!" never appears in these hashes/);
    assert.equal(refused("a!b", "search_id"), "The server's words.");
    assert.equal(refused("doctor", "desired_name"), "The server's words.");
  });
});
