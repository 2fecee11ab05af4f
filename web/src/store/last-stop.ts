import type { SearchState, Stop } from "../session/search-state.ts";

/** The latest stop that a person asked for, and what has become of it. */
export interface LastStop {
  readonly stop: Stop;
  readonly state: SearchState;
}

/** The latest stop after a search's change. */
export function lastStopAfter(last: LastStop | undefined, state: SearchState): LastStop | undefined {
  if ("stop" in state) {
    const isOlder = last !== undefined && last.stop.at > state.stop.at;
    return isOlder ? last : { stop: state.stop, state };
  }
  // The server's word may be that the search had ended for another cause.
  const isSameRun = last?.state.run.id === state.run.id && state.kind !== "running";
  return last !== undefined && isSameRun ? { ...last, state } : last;
}
