import type { StageEvent } from "./event.ts";
import { page } from "./event.ts";
import type { Act } from "./scenario.ts";

/** An event in the order of all clocks laid beside each other. */
export interface Moment {
  readonly event: StageEvent;
  /** Since the first event. */
  readonly sinceMs: number;
  /** The index of its place. */
  readonly lane: number;
  /** The index of the place from which it came over the network. */
  readonly from?: number;
}

export interface Sequence {
  readonly places: readonly string[];
  readonly moments: readonly Moment[];
}

/** What happened at all places, in one order. */
export function sequenceOf(act: Act, events: readonly StageEvent[]): Sequence {
  const places = [...new Set([...act.lanes, ...events].map(({ place }) => place))];
  const sorted = events.toSorted((a, b) => a.at - b.at);
  const start = sorted[0]?.at ?? 0;
  const moments = sorted.map((event) => {
    const lane = places.indexOf(event.place);
    const from = sender(event, places);
    return { event, sinceMs: event.at - start, lane, ...(from !== undefined && { from }) };
  });
  return { places, moments };
}

/** A call, and a cancel that is no deadline's, come from the caller of a handler. */
function sender({ kind, place, code }: StageEvent, places: readonly string[]): number | undefined {
  if (kind !== "CALL_IN" && !(kind === "CANCEL_SEEN" && code === 1)) return undefined;
  const [, number = "1"] = /^server (\d+)$/.exec(place) ?? [];
  const callers = number === "1" ? ["caller", page] : [`server ${Number(number) - 1}`];
  const index = places.findIndex((other) => callers.includes(other));
  return index < 0 ? undefined : index;
}
