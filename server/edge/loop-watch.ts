import { monitorEventLoopDelay } from "node:perf_hooks";

// How finely turns are told apart; each look costs a timer.
const resolutionMs = 5;

/**
 * Watches how long turns of the event loop take. Every abort passes through
 * that loop, so its longest turn is the longest that a Stop may wait.
 */
export class LoopWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor() {
    this.#delay.enable();
  }

  /** Milliseconds that the longest turn took since the start, to about 5 ms. */
  get longestTurnMs(): number {
    return Math.round(this.#delay.max / 1e5) / 10;
  }

  close(): void {
    this.#delay.disable();
  }
}
