import { Manners, type WorkRequest } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { untilAborted } from "../calls/abort.ts";
import { abortedError } from "../edge/call.ts";
import type { Handling } from "./handling.ts";
import { madeCall } from "./made-call.ts";
import { placeBehind, type ServersBehind } from "./servers-behind.ts";

/**
 * Has the work of a request done by the server behind this one, and waits for it:
 * with the caller's signal and what is left of its deadline, or without both.
 *
 * @returns what was done
 */
export async function passOn(
  request: WorkRequest,
  handling: Handling,
  servers: ServersBehind,
): Promise<number> {
  const { rehearsal, place, tell, until } = handling;
  const behind = await servers.client(rehearsal, placeBehind(place));
  const given = request.propagates
    ? { signal: until, timeoutMs: handling.leftMs() }
    : { signal: rehearsal.signal };
  const asked = { ...request, serversBehind: request.serversBehind - 1 };
  const answer = madeCall(tell, given, async (options, onMessage) => {
    const { done } = await behind.work(asked, options);
    onMessage();
    return Number(done);
  });
  // It may go on when this call has ended. Its release waits for it.
  rehearsal.hold(answer).catch(() => {});
  const looks = request.manners === Manners.CHECKS;
  const waits = looks ? until : rehearsal.signal;
  try {
    return await untilAborted(answer, waits);
  } catch (error) {
    throw waits.aborted ? abortedError(waits) : error;
  }
}
