/**
 * Calls that the server has refused for now, and those that came after them.
 * Only the first of the line is tried, so that they are taken in their order.
 */
export interface Line {
  /** Waits until it is the call's turn to be sent: at once when nobody is in line. False: the signal aborted first. */
  turn(order: number, signal: AbortSignal, onWait: () => void): Promise<boolean>;
  /** The server has no place for the call, and asks to wait that long. The call is in line now. */
  refused(order: number, retryAfterMs: number): void;
  /** The server has taken the call: it may take the next. */
  taken(order: number): void;
  /** The call has ended, and with it the wait for its turn. A place may have become free. */
  left(order: number): void;
}

export function createLine(): Line {
  // The calls in line, by their order; with what wakes them while they wait for their turn.
  const line = new Map<number, (() => void) | undefined>();
  // Set while the server wants nobody.
  let rest: ReturnType<typeof setTimeout> | undefined;

  function endRest(): void {
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
      if (signal.aborted) return false;
      if (line.size === 0) return true;
      onWait();
      const { promise, resolve } = Promise.withResolvers<boolean>();
      line.set(order, () => resolve(true));
      signal.addEventListener("abort", () => resolve(false), { once: true });
      wakeFirst();
      return await promise;
    },
    refused(order, retryAfterMs) {
      line.set(order, undefined);
      clearTimeout(rest);
      rest = setTimeout(endRest, retryAfterMs);
    },
    taken(order) {
      if (line.delete(order)) endRest();
    },
    left(order) {
      // Whoever was in line held no place of the server's.
      if (line.delete(order)) wakeFirst();
      else endRest();
    },
  };
}
