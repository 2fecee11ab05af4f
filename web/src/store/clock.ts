import { effect, type ReadonlySignal, signal } from "@preact/signals";

const tickMs = 100;

/** The clock of `performance.now()` as a signal that moves only while somebody needs it. */
export function createClock(isNeeded: () => boolean): ReadonlySignal<number> {
  const now = signal(performance.now());
  effect(() => {
    if (!isNeeded()) return;
    now.value = performance.now();
    const timer = setInterval(() => {
      now.value = performance.now();
    }, tickMs);
    return () => clearInterval(timer);
  });
  return now;
}
