const backoffMs = [1_000, 2_000, 4_000, 8_000] as const;

/** The wait before try number `attempt` (from 0): 1, 2, 4, then always 8 seconds. */
export function backoffBefore(attempt: number): number {
  return backoffMs[Math.min(attempt, backoffMs.length - 1)] ?? 0;
}

/** Resolves after `ms`, or as soon as the signal aborts. Never rejects. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
