import { Code, ConnectError } from "@connectrpc/connect";

// The lab shows codes, so what ends its calls is said in them right here.

/** Why a rehearsal ended. */
export type RehearsalCause = "left" | "time" | "slow" | "done" | "failure" | "shutdown";

/** What its calls are told that are still under way, and where its watch goes on, that one too. */
export function endingOf(
  cause: Exclude<RehearsalCause, "shutdown">,
  limits: { readonly timeMs: number; readonly unread: number },
): ConnectError {
  switch (cause) {
    case "left":
    case "done":
    case "failure":
      return new ConnectError(
        "The rehearsal is over: the call that opened it has ended. Open another one.",
        Code.Aborted,
      );
    case "time":
      return new ConnectError(
        `The rehearsal was open for ${limits.timeMs / 1000} s, as long as one may. Open another one.`,
        Code.DeadlineExceeded,
      );
    case "slow":
      return new ConnectError(
        `The rehearsal is over: ${limits.unread} events waited to be read. Read them as they come, in another one.`,
        Code.ResourceExhausted,
      );
  }
}

export function notOpen(): ConnectError {
  return new ConnectError(
    "There is no open rehearsal with this id. Open it with WatchRehearsal, and call after its first event.",
    Code.FailedPrecondition,
  );
}

export function idTaken(): ConnectError {
  return new ConnectError(
    "A rehearsal with this id is open already. Use a new UUID for a new rehearsal.",
    Code.AlreadyExists,
  );
}

export function tooManyCalls(most: number): ConnectError {
  return new ConnectError(
    `This rehearsal has had ${most} calls, as many as one may. Open another one.`,
    Code.ResourceExhausted,
  );
}
