import { outcomeOf } from "../api/outcome.ts";
import type { CallOutcome } from "./search-event.ts";

/**
 * Carries a call to its outcome: `talk` speaks with the server until there is no
 * more to say, and the controller is aborted in any case. Never throws.
 */
export async function carryCall(
  controller: AbortController,
  talk: (signal: AbortSignal) => Promise<void>,
): Promise<CallOutcome> {
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
