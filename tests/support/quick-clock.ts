import { setImmediate } from "node:timers/promises";

interface Mocking {
  readonly mock: {
    readonly timers: {
      enable(options: { apis: ("setTimeout" | "setInterval")[] }): void;
      tick(ms: number): void;
    };
    method(object: Performance, name: "now", instead: () => number): unknown;
  };
}

export interface QuickClock {
  /** Lets time pass until the promise settles, as which it settles. */
  during<T>(promise: Promise<T>): Promise<T>;
}

/**
 * Timers and performance.now go so many times as fast, a small step in each turn of the
 * event loop: what comes over the sockets of this process still comes in its time, and a
 * process that is kept from its processor for a while misses nothing.
 */
export function quickClock(
  { mock }: Mocking,
  { timesAsFast, longestStepMs }: { readonly timesAsFast: number; readonly longestStepMs: number },
): QuickClock {
  let nowMs = 1_000;
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  mock.method(performance, "now", () => nowMs);
  return {
    async during(promise) {
      let isOver = false;
      const over = (): void => {
        isOver = true;
      };
      promise.then(over, over);
      let before = process.hrtime.bigint();
      let dueMs = 0;
      while (!isOver) {
        await setImmediate();
        const now = process.hrtime.bigint();
        dueMs = Math.min(longestStepMs, dueMs + (timesAsFast * Number(now - before)) / 1e6);
        before = now;
        const stepMs = Math.floor(dueMs);
        if (stepMs === 0) continue;
        dueMs -= stepMs;
        nowMs += stepMs;
        mock.timers.tick(stepMs);
      }
      return await promise;
    },
  };
}
