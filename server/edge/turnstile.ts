/** Passes of one turn of the event loop: with 32 kB each, about a millisecond of writing. */
const passesPerTurn = 16;

/**
 * Lets only so many through in one turn of the event loop, in the order in
 * which they came. Streams whose readers keep up never wait for a socket, and
 * microtasks never let the loop turn: without this, they would hold up every
 * other caller's request, abort and timer.
 */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];
  #left = passesPerTurn;
  #isTurning = false;

  /** Resolves when it is the caller's turn, most often at once. */
  async pass(): Promise<void> {
    if (!this.#isTurning) {
      this.#isTurning = true;
      setImmediate(() => this.#turn());
    }
    if (this.#left > 0) {
      this.#left--;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  #turn(): void {
    const released = this.#waiting.splice(0, passesPerTurn);
    for (const resolve of released) resolve();
    this.#left = passesPerTurn - released.length;
    this.#isTurning = released.length > 0;
    if (this.#isTurning) setImmediate(() => this.#turn());
  }
}
