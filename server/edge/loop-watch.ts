import { monitorEventLoopDelay } from "node:perf_hooks";

// How finely turns are told apart; each look costs a timer.
const resolutionMs = 5;
// What is told of the last minute is forgotten a quarter at a time.
const windowMs = 15_000;
const windowsKept = 4;

/** How the event loop did. */
export interface LoopTurns {
  /** Milliseconds, to about 5. */
  readonly longestMs: number;
  /** How late timers fire, in milliseconds: half of them within the first, all but one in a hundred within the second. */
  readonly medianDelayMs: number;
  readonly worstDelayMs: number;
}

/**
 * Watches how long turns of the event loop take. Every abort passes through
 * that loop, so its longest turn is the longest that a Stop may wait.
 */
export class LoopWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #windows: LoopTurns[] = [];
  readonly #rolling: NodeJS.Timeout;
  #longestBeforeMs = 0;

  constructor() {
    this.#delay.enable();
    this.#rolling = setInterval(() => this.#roll(), windowMs).unref();
  }

  /** Milliseconds that the longest turn took since the start, to about 5 ms. */
  get longestTurnMs(): number {
    return Math.max(this.#longestBeforeMs, this.#now().longestMs);
  }

  /** The last minute: its longest turn, and the delays of its worst quarter. */
  get lastMinute(): LoopTurns {
    const all = [...this.#windows, this.#now()];
    const most = (of: keyof LoopTurns): number => Math.max(...all.map((turns) => turns[of]));
    return {
      longestMs: most("longestMs"),
      medianDelayMs: most("medianDelayMs"),
      worstDelayMs: most("worstDelayMs"),
    };
  }

  close(): void {
    this.#delay.disable();
    clearInterval(this.#rolling);
  }

  #now(): LoopTurns {
    return {
      longestMs: inMs(this.#delay.max),
      medianDelayMs: this.#delayMs(50),
      worstDelayMs: this.#delayMs(99),
    };
  }

  /** Beyond the time for which the look's own timer was set. */
  #delayMs(percentile: number): number {
    return Math.max(0, inMs(this.#delay.percentile(percentile) - resolutionMs * 1e6));
  }

  #roll(): void {
    const window = this.#now();
    this.#longestBeforeMs = Math.max(this.#longestBeforeMs, window.longestMs);
    this.#windows.push(window);
    if (this.#windows.length > windowsKept) this.#windows.shift();
    this.#delay.reset();
  }
}

/** Nanoseconds in milliseconds, to a tenth. */
function inMs(nanoseconds: number): number {
  return Math.round(nanoseconds / 1e5) / 10;
}
