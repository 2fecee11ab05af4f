import { outcomeOf } from "../../../client/outcome.ts";
import type { CallOutcome } from "./search-event.ts";

/**
 * Carries a call to its outcome. `talk` makes the call and settles with it; the
 * controller is aborted at the end in any case. Never throws.
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
