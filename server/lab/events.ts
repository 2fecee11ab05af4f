import type { EventKind } from "../../proto/gen/hash_name/v1/lab_pb.ts";

/** What happened in a rehearsal, stamped when it did. */
export interface LabEvent extends Facts {
  /** On the process's monotonic clock, in milliseconds since it started. */
  readonly atMs: number;
  /** "server 1" to "server 3", "caller" or "proxy". */
  readonly place: string;
  /** The call's name; empty for what is of no call. */
  readonly call: string;
  readonly kind: EventKind;
}

/** What is known of an event besides. */
export interface Facts {
  /** As gRPC counts them. */
  readonly code?: number;
  readonly done?: number;
  /** What is left of the deadline. */
  readonly deadlineMs?: number | undefined;
  readonly words?: string;
  readonly details?: readonly WireDetail[];
}

/** A detail of an error as it came: the full name of its message, and the message. */
export interface WireDetail {
  readonly type: string;
  readonly value: Uint8Array;
}

/** Tells what happens to one call at one place. */
export type Tell = (kind: EventKind, facts?: Facts, atMs?: number) => void;

/** The words of an error or of an abort's reason. */
export function wordsOf(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return "rawMessage" in reason ? String(reason.rawMessage) : reason.message;
}
