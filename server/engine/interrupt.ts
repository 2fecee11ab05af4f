import { sharedNs } from "./shared-clock.ts";

// Memory that one worker and the main thread share. A busy worker takes no
// messages, so the main thread raises a flag that the kernel polls, and reads
// how far the scan has come. The worker writes itself which slice it has left:
// that it is idle is known from there, and not from the message of its result.
const interrupted = 0;
const tried = 1;
const left = 2;
const words = 4;
// Behind the words: moments, 0 for none.
const seenAt = 0;
const leftAt = 1;
const moments = 2;
const momentsFrom = words * Uint32Array.BYTES_PER_ELEMENT;

/** The main thread's and the worker's view of the same words. */
export class Interrupt {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Uint32Array;
  readonly #moments: BigUint64Array;

  constructor(buffer = new SharedArrayBuffer(momentsFrom + moments * BigUint64Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new Uint32Array(buffer, 0, words);
    this.#moments = new BigUint64Array(buffer, momentsFrom, moments);
  }

  /** Makes ready for a scan. Main thread only, while the worker is idle. */
  reset(): void {
    Atomics.store(this.#words, interrupted, 0);
    Atomics.store(this.#words, tried, 0);
    Atomics.store(this.#moments, seenAt, 0n);
    Atomics.store(this.#moments, leftAt, 0n);
  }

  /** Tells the scan to stop at its next poll. */
  raise(): void {
    Atomics.store(this.#words, interrupted, 1);
  }

  /** The poll: notes how many candidates were tried, answers whether to stop. */
  poll(triedNow: number): boolean {
    Atomics.store(this.#words, tried, triedNow);
    if (Atomics.load(this.#words, interrupted) !== 1) return false;
    Atomics.store(this.#moments, seenAt, sharedNs());
    return true;
  }

  /** The worker computes nothing more of a slice; called by itself, or once its thread is gone. */
  leave(slice: number): void {
    Atomics.store(this.#moments, leftAt, sharedNs());
    Atomics.store(this.#words, left, slice);
  }

  /** Candidates tried at the last poll. */
  get tried(): number {
    return Atomics.load(this.#words, tried);
  }

  /** Whether the worker has left the slice, or a later one: they are numbered in their order. */
  hasLeft(slice: number): boolean {
    // The numbers begin anew after 2^32 slices.
    return ((Atomics.load(this.#words, left) - slice) | 0) >= 0;
  }

  /** When the worker saw the interrupt of its last slice, in milliseconds of the shared clock. */
  get seenAtMs(): number | undefined {
    return this.#momentMs(seenAt);
  }

  /** When the worker left its last slice. */
  get leftAtMs(): number | undefined {
    return this.#momentMs(leftAt);
  }

  #momentMs(moment: number): number | undefined {
    const ns = Atomics.load(this.#moments, moment);
    return ns === 0n ? undefined : Number(ns) / 1e6;
  }
}
