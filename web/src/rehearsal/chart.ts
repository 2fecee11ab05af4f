import { codeOf } from "./codes.ts";
import type { StageEvent } from "./event.ts";

/** The boxes of the chart that gRPC's guide draws for a handler. */
export const boxes = ["perform", "cancelled", "cleanUp", "exit"] as const;

export type Box = (typeof boxes)[number];

/**
 * The boxes that a handler has reached, as its events tell: one that looks at its signal answers that
 * it was cancelled, and one that never looks goes from its work to its end.
 */
export function reachedBoxes(events: readonly StageEvent[], call: string): ReadonlySet<Box> {
  const own = events.filter((event) => event.call === call);
  const has = (kind: StageEvent["kind"]) => own.some((event) => event.kind === kind);
  const hasLooked = has("CANCEL_SEEN") && has("WORK_ENDED") && !has("WORK_GOES_ON");
  const saidCancelled = own.some(({ kind, code }) => kind === "CODE_SENT" && code === codeOf("CANCELLED"));
  const reached = new Set<Box>();
  if (has("WORK_BEGUN")) reached.add("perform");
  if (hasLooked) reached.add("cancelled");
  if (hasLooked && saidCancelled) reached.add("cleanUp");
  if (has("CODE_SENT")) reached.add("exit");
  return reached;
}
