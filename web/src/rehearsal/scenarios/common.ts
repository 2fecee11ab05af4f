import { codeOf } from "../codes.ts";
import type { StageEvent } from "../event.ts";
import { type Lane, onServer, step } from "../scenario.ts";

export const OK: number = codeOf("OK");
export const CANCELLED: number = codeOf("CANCELLED");
export const DEADLINE_EXCEEDED: number = codeOf("DEADLINE_EXCEEDED");
export const RESOURCE_EXHAUSTED: number = codeOf("RESOURCE_EXHAUSTED");
export const UNAVAILABLE: number = codeOf("UNAVAILABLE");

/** The server that the page calls. */
export const server1 = "server 1";

// Browser and server count the same deadline. Where the browser is first, the server hears of a
// call that was cancelled.
export const lateCodes = [DEADLINE_EXCEEDED, CANCELLED] as const;

/** A handler that looks at its signal, of a call that was aborted. */
export function cancelledWork(call: string, codes: readonly number[] = [CANCELLED], place = server1): Lane {
  return onServer(
    place,
    call,
    step("CALL_IN"),
    step("WORK_BEGUN"),
    step("CANCEL_SEEN", ...codes),
    step("WORK_ENDED"),
    step("CODE_SENT", ...codes),
  );
}

/** A handler of a call that nothing happens to. */
export function finishedWork(call: string, place = server1): Lane {
  return onServer(
    place,
    call,
    step("CALL_IN"),
    step("WORK_BEGUN"),
    step("WORK_ENDED"),
    step("CODE_SENT", OK),
  );
}

/** Finds the first event of a kind. */
export function first(
  events: readonly StageEvent[],
  place: string,
  call: string,
  kind: StageEvent["kind"],
): StageEvent | undefined {
  return events.find((event) => event.place === place && event.call === call && event.kind === kind);
}

/** The time between two events of one place, in milliseconds. NaN when one is missing. */
export function between(before: StageEvent | undefined, after: StageEvent | undefined): number {
  return before === undefined || after === undefined ? Number.NaN : after.at - before.at;
}

/** A timer may be early by its rounding. */
export const timerMs = 50;

/** How long a handler worked, whenever it heard of a cancel. */
export function workedMs(events: readonly StageEvent[], call: string, place = server1): number {
  return between(first(events, place, call, "WORK_BEGUN"), first(events, place, call, "WORK_ENDED"));
}

/** Whether such an event is among them. */
export function has(
  kind: StageEvent["kind"],
  call: string,
  place = server1,
): (events: readonly StageEvent[]) => boolean {
  return (events) => first(events, place, call, kind) !== undefined;
}
