import { messagesOfStream } from "../../../proto/bounds.ts";
import { keyViolation } from "../../../proto/key-rule.ts";
import type { StreamState } from "../session/stream-state.ts";
import type { Words } from "./en.ts";
import { keysWords } from "./keys-words.ts";

/** What the words need to know beside the state. */
export interface StreamSurroundings {
  /** The clock of `performance.now()`. */
  readonly now: number;
  /** How many of the page's keys wait before this one. */
  readonly ahead: number;
  /** Whether the server answers nothing until there is a token. */
  readonly isAsked?: boolean;
}

/** The state of a key as a person reads it. */
export function streamWords(
  state: StreamState,
  dictionary: Words,
  { now, ahead, isAsked }: StreamSurroundings,
): string {
  const words = keysWords(dictionary);
  const n = state.messages.length;
  switch (state.kind) {
    case "queued":
      if (isAsked) return words.forToken;
      return state.waitsFor === "connection" ? words.forConnection(ahead) : words.forServer(ahead);
    case "refused":
      return ahead > 0 ? words.forServer(ahead) : words.refused(state.ofClient, state.retryAt - now);
    case "running":
      return words.on(n, messagesOfStream);
    case "done":
      return words.done(n);
    case "cancelled":
      return words.cancelled(n);
    case "lost":
      return state.proxyStatus === undefined ? words.lost(n) : words.lostToProxy(n, state.proxyStatus);
    case "shutdown":
      return words.shutdown(n);
    case "timed-out":
      return words.timedOut(n);
    case "failed":
      return words.failed(n);
    case "invalid": {
      // The server speaks English, but the page has the same rule and says it itself.
      const violation = keyViolation(state.key);
      const sentences = violation
        ? [words.rule(violation)]
        : state.violations.map(({ sentence }) => sentence);
      return words.invalid(sentences.join(" "));
    }
  }
}
