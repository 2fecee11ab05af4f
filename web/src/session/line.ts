/**
 * Calls that the server has refused for now, and those that came after them.
 * Only the first of the line is tried, so that they are taken in their order.
 */
export interface Line {
  /**
   * Waits until it is the call's turn to be sent: at once when nobody is in line.
   * Rejects with the signal's reason when that aborts first.
   */
  turn(order: number, signal: AbortSignal, onWait: () => void): Promise<void>;
  /** Whether the call is in line. */
  has(order: number): boolean;
  /** Whether a call that has had its turn may still be sent: it is the first in line, or nobody is in line. */
  isTurnOf(order: number): boolean;
  /** The server had no place for the call, and asks to wait that long. The call is in line now. */
  refused(order: number, retryAfterMs: number): void;
  /** The server has taken the call: it may take the next. */
  taken(order: number): void;
  /** The call has ended, or needs its turn no more. */
  left(order: number): void;
  /** The server has said that it has places: the first is tried without further waiting. */
  tryNow(): void;
}

export function createLine(): Line {
  // The calls in line, by their order; with what wakes them while they wait for their turn.
  const line = new Map<number, (() => void) | undefined>();
  // Set while the server wants nobody.
  let rest: ReturnType<typeof setTimeout> | undefined;

  function tryNow(): void {
    clearTimeout(rest);
    rest = undefined;
    wakeFirst();
  }

  function wakeFirst(): void {
    if (rest !== undefined) return;
    const first = Math.min(...line.keys());
    const wake = line.get(first);
    if (wake === undefined) return; // nobody is there, or the first is being tried
    line.set(first, undefined);
    wake();
  }

  return {
    async turn(order, signal, onWait) {
      signal.throwIfAborted();
      if (line.size === 0) return;
      onWait();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = () => reject(signal.reason);
      signal.addEventListener("abort", abort);
      line.set(order, resolve);
      wakeFirst();
      await promise.finally(() => signal.removeEventListener("abort", abort));
    },
    has: (order) => line.has(order),
    isTurnOf: (order) => line.size === 0 || line.has(order),
    refused(order, retryAfterMs) {
      line.set(order, undefined);
      clearTimeout(rest);
      rest = setTimeout(tryNow, retryAfterMs);
    },
    taken(order) {
      if (line.delete(order)) tryNow();
    },
    left(order) {
      if (line.delete(order)) wakeFirst();
    },
    tryNow,
  };
}
