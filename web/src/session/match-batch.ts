import type { Match } from "./matches.ts";

// Matches are handed on together, so that 10,000 a second cost 20 state changes a second.
const batchMs = 50;

/** Collects the matches of one run. */
export interface MatchBatch {
  add(match: Match): void;
  /** Hands on what has been collected, which may be nothing. */
  flush(): void;
  drop(): void;
}

export function collectMatches(deliver: (batch: readonly Match[]) => void): MatchBatch {
  let batch: Match[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function take(): readonly Match[] {
    clearTimeout(timer);
    timer = undefined;
    const taken = batch;
    batch = [];
    return taken;
  }

  const flush = (): void => deliver(take());

  return {
    add(match) {
      batch.push(match);
      timer ??= setTimeout(flush, batchMs);
    },
    flush,
    drop: () => void take(),
  };
}
