// Memory that one worker and the main thread share. A busy worker takes no
// messages, so the main thread raises a flag that the kernel polls, and reads
// how far the scan has come.
const interrupted = 0;
const tried = 1;

/** The main thread's and the worker's view of the same two words. */
export class Interrupt {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Uint32Array;

  constructor(buffer = new SharedArrayBuffer(2 * Uint32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new Uint32Array(buffer);
  }

  /** Makes ready for a scan. Main thread only, while the worker is idle. */
  reset(): void {
    Atomics.store(this.#words, interrupted, 0);
    Atomics.store(this.#words, tried, 0);
  }

  /** Tells the scan to stop at its next poll. */
  raise(): void {
    Atomics.store(this.#words, interrupted, 1);
  }

  /** The poll: notes how many candidates were tried, answers whether to stop. */
  poll(triedNow: number): boolean {
    Atomics.store(this.#words, tried, triedNow);
    return Atomics.load(this.#words, interrupted) === 1;
  }

  /** Candidates tried at the last poll. */
  get tried(): number {
    return Atomics.load(this.#words, tried);
  }
}
