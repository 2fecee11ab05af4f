// Of the 5 seconds that a shutdown may take where no time is given for it.
const lastWordsMs = 3000;
// Of that, kept for the end of the process itself: some 50 ms, and half a second where
// others take the processor.
const shareOfEnd = 0.5;

/** How the time of a shutdown is spent. */
export interface LeavingTimes {
  /** From the signal on: what runs goes on, nothing new is begun. */
  readonly servedMs: number;
  /** From then on, until every connection is cut: callers are told. */
  readonly lastWordsMs: number;
}

/**
 * Divides the time within which the process must have ended, whatever its clients
 * do; 0: it tells them at once.
 */
export function leavingTimes(withinMs: number): LeavingTimes {
  if (withinMs === 0) return { servedMs: 0, lastWordsMs };
  const endsMs = Math.min(lastWordsMs, withinMs / 2);
  return { servedMs: withinMs - endsMs, lastWordsMs: (1 - shareOfEnd) * endsMs };
}
