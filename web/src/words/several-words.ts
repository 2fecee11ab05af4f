import { isAsking, type SearchState } from "../session/search-state.ts";
import type { Words } from "./en.ts";

/** What several searches do or have done, as they are told together. */
export type Doing =
  | "searching"
  | "waiting"
  | "stopping"
  | "stopped"
  | "cancelled"
  | "found"
  | "unknown"
  | "ended";

/** Several searches in one sentence. */
export function severalWords(states: readonly SearchState[], { state: { several } }: Words): string {
  const counts = new Map<Doing, number>();
  for (const state of states) counts.set(doing(state), (counts.get(doing(state)) ?? 0) + 1);
  return several([...counts]);
}

function doing(state: SearchState): Doing {
  switch (state.kind) {
    case "running":
      if (state.unreached !== undefined) return "unknown";
      return state.ahead === undefined ? "searching" : "waiting";
    case "queued":
      return "waiting";
    case "stopped":
      return "stopped";
    case "withdrawn":
    case "not-started":
      return "cancelled";
    case "found":
      return "found";
    case "stopping":
    case "timing-out":
      return "stopping";
    default:
      return isAsking(state) ? "unknown" : "ended";
  }
}
