import type { CallOutcome } from "./search-event.ts";
import { isOn, type StreamState, type WaitsFor } from "./stream-state.ts";

/** What can happen to a key. `run` says to which run; `retryAt` is on the clock of `performance.now()`. */
export type StreamEvent =
  /** A new run, for a key that is off. */
  | { readonly type: "start"; readonly run: number }
  | { readonly type: "queued"; readonly run: number; readonly waitsFor: WaitsFor }
  | { readonly type: "sent"; readonly run: number }
  | { readonly type: "message"; readonly run: number; readonly message: string }
  /** The server has no place for it, and it will be tried again. */
  | { readonly type: "refused"; readonly run: number; readonly retryAt: number; readonly ofClient: boolean }
  | { readonly type: "ended"; readonly run: number; readonly outcome: CallOutcome }
  | { readonly type: "cancel"; readonly run: number };

/** A key that has just been started. */
export function startedStream(key: string, run: number): StreamState {
  return { kind: "running", key, run, messages: [] };
}

/** The next state. An event that does not fit, above all one of an older run, changes nothing. */
export function streamTransition(state: StreamState, event: StreamEvent): StreamState {
  if (event.type === "start") return isOn(state) ? state : startedStream(state.key, event.run);
  if (event.run !== state.run || !isOn(state)) return state;
  const { key, run, messages } = state;
  const base = { key, run, messages };
  switch (event.type) {
    case "queued":
      // A run that was refused waits for the server already, and shows until when.
      if (state.kind === "refused" && event.waitsFor === "server") return state;
      return { ...base, kind: "queued", waitsFor: event.waitsFor };
    case "sent":
      return { ...base, kind: "running" };
    case "message":
      return { ...base, kind: "running", messages: [...messages, event.message] };
    case "refused":
      return { ...base, kind: "refused", retryAt: event.retryAt, ofClient: event.ofClient };
    case "cancel":
      return { ...base, kind: "cancelled" };
    case "ended":
      return { ...base, ...endOf(event.outcome) };
  }
}

type Ended = Exclude<StreamState["kind"], "queued" | "running" | "refused" | "cancelled">;
type End = StreamState extends infer S
  ? S extends { kind: Ended }
    ? Omit<S, "key" | "run" | "messages">
    : never
  : never;

function endOf(outcome: CallOutcome): End {
  switch (outcome.kind) {
    case "completed":
      return { kind: "done" };
    case "input":
      return { kind: "invalid", violations: outcome.violations };
    case "deadline":
      return { kind: "timed-out" };
    case "shutdown":
      return { kind: "shutdown", retryAfterMs: outcome.retryAfterMs };
    // A cancel that this page did not ask for means that the connection was lost.
    case "cancelled":
    case "lost":
      return { ...outcome, kind: "lost" };
    default:
      return { kind: "failed" };
  }
}
