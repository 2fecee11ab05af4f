import { onAbort, untilAborted } from "../calls/abort.ts";
import { Admission } from "../calls/admission.ts";

/** Lets a call in until its signal aborts. @throws Refused, or the signal's reason when it aborts in the line */
export type Admit = (signal: AbortSignal) => Promise<void>;

/** Threads of the article's server, and so streams that it serves at once. */
export const tenPlaces = 10;

/**
 * Ten places, and a line before them in which nobody is told anything; without
 * a line, those who find no place are refused, as the app's own streams are.
 *
 * @param line its length
 */
export function placesWithLine(line: number): Admit {
  const admission = new Admission({ of: "streams", perClient: 0, inAll: tenPlaces, waiting: line });
  return async (signal) => {
    signal.throwIfAborted();
    const { promise: turn, resolve: begin } = Promise.withResolvers<void>();
    const place = admission.enter("caller", { begin });
    // Also after a normal end, with which a handler's signal aborts.
    onAbort(signal, () => place.leave());
    if (!place.runs) await untilAborted(turn, signal);
  };
}
