import { activityPauseMs } from "../../proto/bounds.ts";
import { onAbort } from "../calls/abort.ts";

/** From one sample to the next; nobody hears more often. */
export const everyMs = activityPauseMs;
/** Everyone hears after so many samples, though nothing has changed: within a second, with time to spare. */
export const samplesARound = 9;
// With more watchers than this each hears less often: a message costs the main
// thread 55 to 75 µs, so 500 a second take 3 or 4 % of a core.
const mostToldAtOnce = 50;

interface Watcher<T> {
  /** At which sample of a round it is told in any case. */
  readonly phase: number;
  /** The last sample that it was told. */
  told: T;
  /** Whether it missed its sample of the round. */
  owed: boolean;
  /** Too new to be told: it was told at once, less than a sample ago. */
  isNew: boolean;
  /** There while it waits to be told; a reader that has not taken the last one does not. */
  tell: ((sample: T) => void) | undefined;
}

/**
 * Tells any number of watchers what changes, with one timer and one sample for
 * all of them. Nothing is kept for a watcher whose reader has stopped reading.
 */
export class Sampler<T> {
  readonly #take: () => T;
  readonly #differ: (a: T, b: T) => boolean;
  /** Those who heard longest ago come first. */
  readonly #watchers = new Set<Watcher<T>>();
  readonly #inPhase: number[] = Array.from({ length: samplesARound }, () => 0);
  #phase = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param take a sample of how things are
   * @param differ whether the second sample is worth telling after the first
   */
  constructor(take: () => T, differ: (a: T, b: T) => boolean) {
    this.#take = take;
    this.#differ = differ;
  }

  /** How many watch. */
  get size(): number {
    return this.#watchers.size;
  }

  /**
   * A sample at once, then one whenever something changes, at most ten a second
   * and at least one. All is released when the signal aborts, whether or not the
   * next sample is ever asked for.
   *
   * @throws the signal's reason
   */
  async *watch(signal: AbortSignal): AsyncGenerator<T, never, void> {
    signal.throwIfAborted();
    const watcher = this.#join();
    let hangUp = (): void => {};
    const letGo = onAbort(signal, () => {
      this.#leave(watcher);
      hangUp();
    });
    try {
      yield watcher.told;
      for (;;) {
        signal.throwIfAborted();
        const { promise, resolve, reject } = Promise.withResolvers<T>();
        watcher.tell = resolve;
        hangUp = () => reject(signal.reason);
        yield await promise;
      }
    } finally {
      letGo();
      this.#leave(watcher);
    }
  }

  #join(): Watcher<T> {
    const phase = this.#freePhase();
    const isNew = this.#watchers.size > 0;
    const watcher = { phase, told: this.#take(), owed: false, isNew, tell: undefined };
    this.#watchers.add(watcher);
    this.#inPhase[phase] = (this.#inPhase[phase] ?? 0) + 1;
    this.#timer ??= setInterval(() => this.#tellAll(), everyMs);
    return watcher;
  }

  /** The phase with the fewest watchers, but not the next: a newcomer is too new for that. */
  #freePhase(): number {
    const next = (this.#phase + 1) % samplesARound;
    const others = this.#inPhase.map((count, phase) => (phase === next ? Number.POSITIVE_INFINITY : count));
    return others.indexOf(Math.min(...others));
  }

  #leave(watcher: Watcher<T>): void {
    if (!this.#watchers.delete(watcher)) return;
    const { phase } = watcher;
    this.#inPhase[phase] = (this.#inPhase[phase] ?? 0) - 1;
    if (this.#watchers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tellAll(): void {
    this.#phase = (this.#phase + 1) % samplesARound;
    const sample = this.#take();
    let spare = mostToldAtOnce - (this.#inPhase[this.#phase] ?? 0);
    const told: Watcher<T>[] = [];
    for (const watcher of this.#watchers) {
      const isDue = watcher.owed || watcher.phase === this.#phase;
      if (watcher.isNew) {
        watcher.isNew = false;
      } else if (!watcher.tell) {
        watcher.owed = isDue;
      } else if (isDue) {
        told.push(watcher);
      } else if (spare > 0 && this.#differ(watcher.told, sample)) {
        spare--;
        told.push(watcher);
      }
    }
    for (const watcher of told) this.#tell(watcher, sample);
  }

  #tell(watcher: Watcher<T>, sample: T): void {
    watcher.tell?.(sample);
    watcher.tell = undefined;
    watcher.told = sample;
    watcher.owed = false;
    this.#watchers.delete(watcher);
    this.#watchers.add(watcher);
  }
}
