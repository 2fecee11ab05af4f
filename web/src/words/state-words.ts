import { machinesOf } from "../../../client/machines.ts";
import { elapsedOf, hashesOf } from "../session/figures.ts";
import { isAsking, type SearchState } from "../session/search-state.ts";
import { timeLimitOf } from "../session/time-limit.ts";
import type { Words } from "./en.ts";
import { refusalWords } from "./refusal-words.ts";

/** What the words need to know beside the state. Times are in milliseconds. */
export interface Surroundings {
  /** The clock of `performance.now()`. */
  readonly now: number;
  /** The server's own time limit; undefined when it has none or has not told it. */
  readonly serverTimeLimitMs: number | undefined;
  /** Whether the page says already that the server is not reached. */
  readonly isUnreached?: boolean;
  /** Whether the server answers nothing until there is a token. */
  readonly isAsked?: boolean;
  /** The chance of a match by now, 0 to 1; undefined while it is not known. */
  chanceByNow?(state: SearchState): number | undefined;
}

/** The state as a person reads it. */
export function stateWords(state: SearchState, dictionary: Words, around: Surroundings): string {
  const { state: words, connections } = dictionary;
  if (around.isUnreached && isCutOff(state)) return words.cutOff;
  switch (state.kind) {
    case "queued":
      return connections.queued;
    case "withdrawn":
      return connections.withdrawn;
    case "running":
      if (state.unreached !== undefined) return words.lost(remaining(state.unreached.retryAt, around));
      if (state.ahead !== undefined) return words.waiting(state.ahead);
      if (state.progress === undefined) return words.sending;
      return words.running(hashesOf(state), state.progress.hashesPerSecond);
    case "stopping":
      return words.stopping;
    case "unconfirmed":
      return words.unconfirmed(
        remaining(state.asking.retryAt, around),
        timeLimitOf(state, around.serverTimeLimitMs),
      );
    case "stopped":
      return words.stopped(state.report.workersUsed, state.othersRun, machinesOf(state.report).length);
    case "not-started":
      return words.notStarted;
    case "found":
      return words.found(hashesOf(state), elapsedOf(state, around.now));
    case "found-unseen":
      return words.foundUnseen;
    case "budget":
      return words.budget(hashesOf(state), around.chanceByNow?.(state));
    case "timing-out":
      return words.timingOut(reachedLimit(state, around));
    case "timed-out":
      return words.timedOut(reachedLimit(state, around));
    case "exhausted":
      return words.exhausted;
    case "shutdown":
      return words.shutdown;
    case "lost":
      return (state.pageLeft ? words.left : words.lost)(remaining(state.asking.retryAt, around));
    case "back":
      return state.pageLeft ? words.leftAndStopped : words.back;
    case "restarted":
      return words.restarted;
    case "forgotten":
      return words.forgotten;
    // They are said by rare-words.ts, which is loaded before the first search has ended.
    case "lapsed":
    case "refused-busy":
      return "";
    case "refused-input":
      return words.refusedInput(refusalWords(state, dictionary));
    case "failed":
      return words.failed;
  }
}

/** The words of a state that counts down, without the count; undefined where it does not. */
export function spokenWords(state: SearchState, { state: words, connections }: Words): string | undefined {
  if (isAsking(state) && state.asking.endsBy !== undefined) return undefined;
  if (state.kind === "unconfirmed") return words.unanswered;
  return isCutOff(state) ? connections.lost : undefined;
}

/** Whether nothing is known of it because the server is not reached, and nobody has said why. */
export function isCutOff(state: SearchState): boolean {
  return (
    (state.kind === "lost" && !state.proxyStatus) ||
    (state.kind === "running" && state.unreached !== undefined)
  );
}

function remaining(at: number | undefined, { now }: Surroundings): number | undefined {
  return at === undefined ? undefined : at - now;
}

// When neither side has told the limit, the time that the search took is shown.
function reachedLimit(state: SearchState, { now, serverTimeLimitMs }: Surroundings): number {
  return (
    timeLimitOf(state, serverTimeLimitMs) ??
    Math.round(((state.endedAt ?? now) - state.run.startedAt) / 1000) * 1000
  );
}
