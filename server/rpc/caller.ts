import { Code, ConnectError, createContextKey } from "@connectrpc/connect";

/** Who calls: the address of the connection's other end. Limits and fair shares are counted by it. */
export const callerKey = createContextKey("unknown", { description: "address of the caller" });

/** Why a call's signal aborted. */
export function causeOf(signal: AbortSignal): "deadline" | "cancelled" {
  const { reason } = signal;
  return reason instanceof ConnectError && reason.code === Code.DeadlineExceeded ? "deadline" : "cancelled";
}

/** Throws what a call whose signal has aborted should be answered with. */
export function refuseAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw signal.reason instanceof ConnectError
    ? signal.reason
    : new ConnectError("The call was cancelled.", Code.Canceled);
}
