/**
 * Calls that the server has refused for now, and those that came after them.
 * Only the first of the line is tried, so that they are taken in their order.
 */
export interface Line {
  /**
   * Waits until it is the call's turn to be sent, which is at once when the line is empty.
   * Rejects with the signal's reason when that aborts first.
   */
  turn(order: number, signal: AbortSignal, onWait: () => void): Promise<void>;
  /** Whether the call is in line. */
  has(order: number): boolean;
  /** Whether a call that has had its turn may still be sent: it is the first in line, or the line is empty. */
  isTurnOf(order: number): boolean;
  /** The server had no place for the call, and asks to wait that long. The call is in line now. */
  refused(order: number, retryAfterMs: number): void;
  /** The server has taken the call, so it may take the next one too. */
  taken(order: number): void;
  /** The call has ended, or no longer needs a turn. */
  left(order: number): void;
  /** The server has said that it has places: the first is tried without further waiting. */
  tryNow(): void;
}

export function createLine(): Line {
  // The calls in line by their order, each with the function that wakes it while it waits for its turn.
  const line = new Map<number, (() => void) | undefined>();
  // Set while the server has asked to be left alone.
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
    if (wake === undefined) return; // the line is empty, or its first call is being tried
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
