import { outcomeOf } from "../api/outcome.ts";
import type { CallOutcome } from "./search-event.ts";

/** Gives places to calls, where the browser has few connections. */
export interface PlaceHolder {
  /**
   * Waits in line for a place and holds it until the signal aborts. `onWait` is
   * called when none is free. Answers false when the signal aborts first.
   */
  hold(signal: AbortSignal, onWait: () => void): Promise<boolean>;
}

/** One call, from waiting for a connection to its outcome. */
export interface Call {
  /** Ends the call. */
  readonly controller: AbortController;
  /** Where connections are few. Held from before the sending until `life` aborts. */
  readonly places: PlaceHolder | undefined;
  /** May outlive the call: a search keeps its place until its end is proven. */
  readonly life: AbortSignal;
  /** No connection is free for it. */
  onQueued(): void;
  /** It has one, and is sent now. Not called where there are connections enough. */
  onSent(): void;
  /** Speaks with the server until there is no more to say. */
  talk(signal: AbortSignal): Promise<void>;
}

/** Carries a call to its outcome; undefined: `life` aborted before it was sent. Never throws. */
export async function carryCall({
  controller,
  places,
  life,
  onQueued,
  onSent,
  talk,
}: Call): Promise<CallOutcome | undefined> {
  if (places) {
    if (!(await places.hold(life, onQueued))) return undefined;
    onSent();
  }
  try {
    await talk(controller.signal);
    return { kind: "completed" };
  } catch (thrown) {
    return outcomeOf(thrown);
  } finally {
    // Leaving a `for await` does not cancel the call, this does.
    controller.abort();
  }
}
