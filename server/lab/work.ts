import {
  EventKind,
  Labour as LabourKind,
  Manners,
  type WorkRequest,
} from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { millisecondsOf } from "../../proto/lab-rules.ts";
import { onAbort } from "../calls/abort.ts";
import { abortedError } from "../edge/call.ts";
import type { Engine } from "../engine/engine.ts";
import type { Handling } from "./handling.ts";
import { Computing, type Labour, Sleeping } from "./labour.ts";

/** How often work is told of that goes on although nobody wants it. */
export const goesOnEveryMs = 250;

/**
 * Does the work of a request.
 *
 * @returns what was done
 * @throws ConnectError when the call was aborted and its handler looks, or the rehearsal has ended
 */
export async function work(
  { time, manners, labour: kind }: WorkRequest,
  handling: Handling,
  engine: Engine,
): Promise<number> {
  const { rehearsal, tell } = handling;
  const looks = manners === Manners.CHECKS;
  const until = looks ? handling.until : rehearsal.signal;
  const labour = kind === LabourKind.COMPUTES ? new Computing(engine, rehearsal.client) : new Sleeping();
  tell(EventKind.WORK_BEGUN);
  const letGo = looks ? () => {} : tellGoingOn(labour, handling);
  try {
    await labour.carryOut(millisecondsOf(time), until);
  } catch (error) {
    throw until.aborted ? abortedError(until) : error;
  } finally {
    letGo();
    tell(EventKind.WORK_ENDED, { done: labour.done });
  }
  return labour.done;
}

/** From the abort on, until it is let go. */
export function tellGoingOn(
  labour: Pick<Labour, "done">,
  { tell, signal }: Pick<Handling, "tell" | "signal">,
): () => void {
  let telling: NodeJS.Timeout | undefined;
  const letGo = onAbort(signal, () => {
    telling = setInterval(() => tell(EventKind.WORK_GOES_ON, { done: labour.done }), goesOnEveryMs);
  });
  return () => {
    letGo();
    clearInterval(telling);
  };
}
