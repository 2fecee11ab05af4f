import { type NumberStyle, numbersIn } from "../../../client/numbers.ts";
import { keySentence } from "../../../proto/key-rule.ts";
import { pluralsIn } from "./plurals.ts";

const style: NumberStyle = { language: "en", setsTight: false };
const { count, duration } = numbersIn(style);
const plural = pluralsIn(style);

const seconds = (ms: number) => duration(Math.max(1, Math.ceil(ms / 1000)) * 1000);
const some = (n: number, one: string, many: string) => `${count(n)} ${plural(n, { one, other: many })}`;
const afterMessages = (n: number) =>
  n === 0 ? "before the first message" : `after ${some(n, "message", "messages")}`;
const keysAhead = (n: number) =>
  n === 0 ? "No key is ahead of it." : `${some(n, "key is", "keys are")} ahead of it.`;

/** What is said of the keyed streams, in English. */
export const keysEn = {
  language: style.language,
  intro:
    "A key starts a stream of ten messages, one a second. The same key again cancels it, also between two messages.",
  why: "A search is one long call, keys are many short ones: both are cancelled in the same way. Sources:",
  searchSource: "gRPC's HashFinder",
  betweenSources: "and",
  keySource: "the published Message.Stream (in Japanese)",
  keyboard:
    "Type here, or press the keys below. The keyboard starts streams only while this section has the focus.",
  keys: "Keys",
  other: "Another key",
  otherHint: (most: number) => `1 to ${count(most)} characters.`,
  press: "Press",
  list: "Streams",
  empty: "No streams yet. Press a key.",
  start: "Start again",
  cancel: "Cancel",
  cancelAll: "Cancel all",
  cancelKey: "Esc cancels the stream that has the focus, else the latest.",
  cancelAllKey: "Esc Esc cancels all.",
  clear: "Remove the ended",
  messagesOf: (key: string) => `Messages of ${key}`,
  progressOf: (key: string) => `Progress of ${key}`,
  forConnection: (ahead: number) => `Waiting for a free connection. ${keysAhead(ahead)}`,
  forToken: "Waiting for your token.",
  forServer: (ahead: number) => `Waiting for a place on the server. ${keysAhead(ahead)}`,
  refused: (ofClient: boolean, retryInMs: number) =>
    [
      ofClient
        ? "You have as many streams open as the server allows."
        : "The server has as many streams open as it can.",
      retryInMs > 0 ? `Trying again in ${seconds(retryInMs)}.` : "Trying again now.",
    ].join(" "),
  on: (n: number, of: number) =>
    n === 0 ? "Started. Waiting for the first message." : `Running: ${count(n)} of ${count(of)} messages.`,
  done: (n: number) => `Done: all ${count(n)} messages arrived.`,
  cancelled: (n: number) => `Cancelled by you ${afterMessages(n)}.`,
  lost: (n: number) => `Failed ${afterMessages(n)}: the connection to the server was lost.`,
  lostToProxy: (n: number, status: number) =>
    `Failed ${afterMessages(n)}: the proxy in front of the server answered ${status}.`,
  shutdown: (n: number) => `Ended ${afterMessages(n)}: the server is shutting down.`,
  timedOut: (n: number) => `Ended ${afterMessages(n)}: the server's time limit was reached.`,
  failed: (n: number) => `Failed ${afterMessages(n)}: the server had a problem of its own.`,
  invalid: (sentence: string) => `Not started: ${sentence}`,
  rule: keySentence,
};
