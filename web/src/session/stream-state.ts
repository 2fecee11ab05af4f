import type { FieldViolation } from "../../../client/outcome.ts";

export type WaitsFor = "connection" | "server";

interface Common {
  readonly key: string;
  /** Which run of the key this is. Runs are numbered over all keys, in the order in which they were started. */
  readonly run: number;
  /** What arrived in this run. */
  readonly messages: readonly string[];
}

type Kind =
  /** Not sent yet: the browser has no connection free for it, or others wait for the server before it. */
  | { readonly kind: "queued"; readonly waitsFor: WaitsFor }
  /** Sent and refused, as the server has as many streams as it may; it is tried again at `retryAt`. */
  | { readonly kind: "refused"; readonly retryAt: number; readonly ofClient: boolean }
  | { readonly kind: "running" }
  | { readonly kind: "done" }
  | { readonly kind: "cancelled" }
  /** The connection broke, or fell silent; or a proxy in front of the server ended it by this HTTP status. */
  | { readonly kind: "lost"; readonly proxyStatus?: number }
  | { readonly kind: "shutdown"; readonly retryAfterMs: number | undefined }
  | { readonly kind: "timed-out" }
  | { readonly kind: "invalid"; readonly violations: readonly FieldViolation[] }
  | { readonly kind: "failed" };

/** The one state of a key: what the page shows and what pressing the key does follow from it alone. */
export type StreamState = Common & Kind;

/** Whether it waits to be sent. */
export function isWaiting({ kind }: StreamState): boolean {
  return kind === "queued" || kind === "refused";
}

/**
 * How many of the others come before one that waits: those that were started
 * before and have brought nothing yet. This also counts those that are just being
 * sent, which are between two states.
 */
export function aheadOf({ run }: StreamState, others: readonly StreamState[]): number {
  return others.filter((other) => other.run < run && isOn(other) && other.messages.length === 0).length;
}

/** Whether the key is on: pressing it again cancels. */
export function isOn(state: StreamState): boolean {
  return state.kind === "running" || isWaiting(state);
}
