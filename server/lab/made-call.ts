import { type CallOptions, ConnectError } from "@connectrpc/connect";
import { EventKind } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { onAbort } from "../calls/abort.ts";
import { type Tell, wordsOf } from "./events.ts";

/** What the caller gives to a call. */
export interface Given {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number | undefined;
}

/**
 * Makes a call, and tells what its caller knows of it: that it is made, its first
 * message, its abort, its end. Settles as the call does.
 */
export async function madeCall<T>(
  tell: Tell,
  { signal, timeoutMs }: Given,
  make: (options: CallOptions, onMessage: () => void) => Promise<T>,
): Promise<T> {
  tell(EventKind.CALL_MADE, { deadlineMs: timeoutMs });
  const letGo = onAbort(signal, () => tell(EventKind.CALL_ABORTED, { words: wordsOf(signal.reason) }));
  let messages = 0;
  const onMessage = (): void => {
    if (messages++ === 0) tell(EventKind.FIRST_MESSAGE);
  };
  try {
    const answer = await make({ signal, ...deadline(timeoutMs) }, onMessage);
    tell(EventKind.CALL_ENDED, { code: 0 });
    return answer;
  } catch (error) {
    const { code, rawMessage, details } = ConnectError.from(error);
    // Those that are not from the wire were never told to this caller.
    const told = details.filter((detail) => "type" in detail);
    tell(EventKind.CALL_ENDED, { code, words: rawMessage, ...(told.length > 0 && { details: told }) });
    throw error;
  } finally {
    letGo();
  }
}

/** What is left as Connect takes it: in whole milliseconds, and 0 or less would be no deadline at all. */
export function deadline(leftMs: number | undefined): Pick<CallOptions, "timeoutMs"> {
  return leftMs === undefined ? {} : { timeoutMs: Math.max(1, Math.floor(leftMs)) };
}
