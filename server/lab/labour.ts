import { pause } from "../calls/abort.ts";
import type { Engine, Outcome, Task } from "../engine/engine.ts";
import type { SliceJob } from "../engine/workers.ts";
import type { ScanJob } from "../kernel/scan.ts";

/** What a handler does in its time. To be carried out once. */
export interface Labour {
  /** So far: milliseconds slept, or hashes. */
  readonly done: number;
  /** @throws the signal's reason, once nothing of it goes on any more */
  carryOut(timeMs: number, signal: AbortSignal): Promise<void>;
}

/** Waits for a timer. */
export class Sleeping implements Labour {
  #startedAtMs = performance.now();
  #endedAtMs: number | undefined;

  get done(): number {
    return Math.floor((this.#endedAtMs ?? performance.now()) - this.#startedAtMs);
  }

  async carryOut(timeMs: number, signal: AbortSignal): Promise<void> {
    this.#startedAtMs = performance.now();
    try {
      await pause(timeMs, signal);
    } finally {
      this.#endedAtMs = performance.now();
    }
  }
}

// No hash of those that are tried in seconds is expected to contain it.
const name = "zzzzzzzzzzzz";

/** Computes hashes that nobody wants, one slice at a time: no more than one worker, and that one's fair share. */
export class Computing implements Labour, Task {
  readonly client: string;
  readonly #engine: Engine;
  #settledHashes = 0;
  #isRunning = false;
  #isOver = false;
  #onIdle: (() => void) | undefined;

  constructor(engine: Engine, client: string) {
    this.#engine = engine;
    this.client = client;
  }

  get done(): number {
    return this.#settledHashes + this.#engine.tried(this);
  }

  async carryOut(timeMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#engine.add(this);
    try {
      await pause(timeMs, signal);
    } finally {
      this.#isOver = true;
      this.#engine.interrupt(this);
      await this.#idle();
      this.#engine.remove(this);
    }
  }

  nextScan(count: number): SliceJob | undefined {
    if (this.#isRunning || this.#isOver) return undefined;
    this.#isRunning = true;
    return { name, idealDistance: 0, listedDistance: 0, start: BigInt(this.#settledHashes), count };
  }

  settled(_job: ScanJob, { computed }: Outcome): void {
    this.#isRunning = false;
    this.#settledHashes += computed;
    if (this.#isOver) this.#onIdle?.();
    else this.#engine.wake(this);
  }

  async #idle(): Promise<void> {
    if (!this.#isRunning) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    await promise;
  }
}
