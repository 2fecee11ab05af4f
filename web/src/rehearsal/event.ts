import { EventKind, type LabEvent } from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import { millisecondsOf } from "../../../proto/lab-rules.ts";
import { writtenWireDetails } from "../api/error-details.ts";

/** What the page itself does that the contract has no event for. */
type PageKind = "READER_PAUSES" | "READER_GOES_ON" | "REPORT_ASKED" | "REPORT_CAME";

/** What happened; the contract's own names. */
export type Kind = Exclude<keyof typeof EventKind, "UNSPECIFIED"> | PageKind;

/** Something that happened on one side. */
export interface StageEvent {
  /** Whose event it is: the page's, or a place as the contract names it. */
  readonly place: string;
  readonly call: string;
  readonly kind: Kind;
  /** In milliseconds on the page's clock; a server's event is laid beside it, see clock.ts. */
  readonly at: number;
  /** A status code as gRPC counts them, where the kind has one. */
  readonly code?: number;
  /** How much of the work is done. */
  readonly done?: bigint;
  /** What is left of the deadline. */
  readonly deadlineMs?: number;
  readonly words?: string;
  /** The details of an error, as `writtenDetails` gives them. */
  readonly details?: string;
}

/** Who tells it: a place may take a call, and make one for it. */
export type Role = "caller" | "handler";

const callerKinds: readonly Kind[] = ["CALL_MADE", "FIRST_MESSAGE", "CALL_ABORTED", "CALL_ENDED"];

/** The page as a place, and a caller that the server itself plays. */
export const page = "page";
export const caller = "caller";

export function roleOf({ place, kind }: Pick<StageEvent, "place" | "kind">): Role {
  return place === page || place === caller || callerKinds.includes(kind) ? "caller" : "handler";
}

/** The names of the calls that these are about; what is of no call has none. */
export function callsIn(all: readonly Pick<StageEvent, "call">[]): ReadonlySet<string> {
  return new Set(all.map(({ call }) => call).filter((call) => call !== ""));
}

const kindsWithCode: readonly Kind[] = ["CALL_ENDED", "CANCEL_SEEN", "CODE_SENT"];

const names = new Map<number, keyof typeof EventKind>(
  Object.entries(EventKind).map(([name, kind]) => [kind, name as keyof typeof EventKind]),
);

/** A server's event on the page's clock, which is `aheadMs` ahead of it. Undefined for kinds that this page does not know. */
export function stageEventOf(event: LabEvent, aheadMs: number): StageEvent | undefined {
  const { at, place, call, code, done, deadline, words } = event;
  const details = writtenWireDetails(event.details);
  const kind = names.get(event.kind);
  if (at === undefined || kind === undefined || kind === "UNSPECIFIED") return undefined;
  return {
    place,
    call,
    kind,
    at: millisecondsOf(at) + aheadMs,
    ...(kindsWithCode.includes(kind) && { code }),
    ...(done > 0n && { done }),
    ...(deadline && { deadlineMs: millisecondsOf(deadline) }),
    ...(words !== "" && { words }),
    ...(details !== "" && { details }),
  };
}
