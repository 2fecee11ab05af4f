import { errorCodes } from "./codes.ts";
import { caller, type Kind, page, type Role, type StageEvent } from "./event.ts";
import type { Stage } from "./stage.ts";

export type ActName =
  | "unary"
  | "streaming"
  | "before"
  | "after"
  | "twice"
  | "reason"
  | "report"
  | "checks"
  | "ignores"
  | "five"
  | "travels"
  | "race"
  | "with"
  | "without"
  | "pauses"
  | "closed"
  | "reset"
  | "frozen"
  | "frozenPings"
  | "halfOpen"
  | "halfOpenPings"
  | "waitForReady"
  | "gracefulStop"
  | "budget"
  | "limit"
  | "shutdown"
  | "toggleWas"
  | "toggleIs"
  | "eleventhWas"
  | "eleventhIs"
  | "lateIs";

export type CheckName =
  | "reasonStays"
  | "reasonNotSent"
  | "reportProves"
  | "reasonInReport"
  | "endsSoon"
  | "goesOn"
  | "isBounded"
  | "deadlineShrinks"
  | "firstWins"
  | "abortedOnce"
  | "allEndSoon"
  | "lastGoesOn"
  | "wentOn"
  | "sentBounded"
  | "bothKnowSoon"
  | "serverKnowsSoon"
  | "waitedUntilThere"
  | "shortFinished"
  | "budgetTold"
  | "canGoOn"
  | "limitTold"
  | "retryTold"
  | "endedSoon"
  | "twoAtOnce"
  | "firstEnded"
  | "waitedSilently"
  | "refusedSoon"
  | "placesTold"
  | "noticedBetween";

/** One event that is expected. */
export interface Step {
  readonly kind: Kind;
  /** The status codes that it may have; undefined: it has none, or any. */
  readonly codes?: readonly number[];
  /** It may as well not happen. */
  readonly mayMiss?: true;
}

/** What is expected of one call at one place, in order, on the clock of that place. */
export interface Lane {
  readonly place: string;
  readonly role: Role;
  readonly call: string;
  readonly steps: readonly Step[];
}

/** What must hold of several events together. Its name is the key of its sentence. */
export interface Check {
  readonly name: CheckName;
  holds(events: readonly StageEvent[]): boolean;
}

/** What a handler's work is measured in. */
export type Unit = "slept" | "hashes" | "messages";

/** What a caller was told of a server's decision. Its name is the key of its words. */
export interface Told {
  readonly decision: "budget" | "limit" | "shutdown";
  readonly call: string;
}

/** One thing that is tried. Its name is the key of its words. */
export interface Act {
  readonly name: ActName;
  readonly lanes: readonly Lane[];
  readonly checks?: readonly Check[];
  /** "slept", where nothing is said. */
  readonly unit?: Unit;
  /** The call whose handler is shown step by step. */
  readonly charted?: string;
  /** The call whose end is shown beside a bare CANCELLED. */
  readonly told?: Told;
  /** Makes the calls. It returns when the last of them has ended, or rejects when the run is stopped. */
  play(stage: Stage): Promise<void>;
}

/** Acts that belong together, played one after the other. */
export interface Scenario {
  readonly acts: readonly Act[];
  /** Where that which is tried is written down. */
  readonly sources: readonly string[];
}

/** The page's side of a call. */
export function onPage(call: string, ...steps: readonly Step[]): Lane {
  return { place: page, role: "caller", call, steps };
}

/** A handler's side of a call. */
export function onServer(place: string, call: string, ...steps: readonly Step[]): Lane {
  return { place, role: "handler", call, steps };
}

/** A server's side of a call that it makes itself. */
export function byServer(place: string, call: string, ...steps: readonly Step[]): Lane {
  return { place, role: "caller", call, steps };
}

/** The side of a caller that the server itself plays. */
export function onCaller(call: string, ...steps: readonly Step[]): Lane {
  return { place: caller, role: "caller", call, steps };
}

/** A step that may as well not happen. */
export function maybe(kind: Kind, ...codes: readonly number[]): Step {
  return { ...step(kind, ...codes), mayMiss: true };
}

/** A step with an error, whichever it is. */
export function failing(kind: Kind): Step {
  return { kind, codes: errorCodes };
}

/** A step with any code, or one of some. */
export function step(kind: Kind, ...codes: readonly number[]): Step {
  return codes.length === 0 ? { kind } : { kind, codes };
}
