import { outcomeOf } from "../api/outcome.ts";
import type { Connections } from "./connections.ts";
import type { CallOutcome } from "./search-event.ts";

/** One call, from waiting for a connection to its outcome. */
export interface CarriedCall {
  /** Ends the call. */
  readonly controller: AbortController;
  /** Where connections are few. Held from before the sending until `life` aborts. */
  readonly connections: Connections | undefined;
  /** May outlive the call: a search keeps its connection until its end is proven. */
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
  connections,
  life,
  onQueued,
  onSent,
  talk,
}: CarriedCall): Promise<CallOutcome | undefined> {
  if (connections) {
    if (!(await connections.hold(life, onQueued))) return undefined;
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
