import { onAbort } from "../calls/abort.ts";

/**
 * Signals of calls that also abort when the server leaves.
 *
 * One signal for all calls would do, but for time: the platform looks through
 * all listeners of a signal to add or remove one, so that 2,000 calls that end
 * at once take four million looks.
 */
export class CallSignals {
  readonly #calls = new Set<AbortController>();
  readonly #shutdown: AbortSignal;

  constructor(shutdown: AbortSignal) {
    this.#shutdown = shutdown;
    onAbort(shutdown, () => {
      for (const call of this.#calls) call.abort(shutdown.reason);
    });
  }

  /** Aborts with the reason of whichever comes first; the call's own must abort at its end. */
  joined(own: AbortSignal): AbortController {
    const call = new AbortController();
    if (this.#shutdown.aborted) {
      call.abort(this.#shutdown.reason);
      return call;
    }
    this.#calls.add(call);
    onAbort(own, () => {
      this.#calls.delete(call);
      call.abort(own.reason);
    });
    return call;
  }
}
