import type { SearchState } from "../../session/search-state.ts";

/** Whether nothing has been counted: the search was refused, or still waits to be sent. */
export function neverSent({ kind, run }: SearchState): boolean {
  const isWaiting = kind === "queued" || kind === "withdrawn";
  return kind.startsWith("refused") || (isWaiting && run.startIndex === 0n);
}
