import type { LabEvent } from "./events.ts";

/** Events on their way to the call that watches them: bounded, so that one that does not read costs little. */
export class EventQueue {
  readonly #most: number;
  readonly #onFull: () => void;
  #unread: LabEvent[] = [];
  #end: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param onFull an event had no place, and is lost */
  constructor(most: number, onFull: () => void) {
    this.#most = most;
    this.#onFull = onFull;
  }

  /** Does nothing after the end. */
  add(event: LabEvent): void {
    if (this.#end) return;
    if (this.#unread.length >= this.#most) {
      this.#onFull();
      return;
    }
    this.#unread.push(event);
    this.#wake?.();
  }

  /** Ends the reading: with what is still unread, then well or with the error. The first end counts. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  /** Lets go of what is unread: nobody will read it. */
  drop(): void {
    this.#unread = [];
  }

  /** Every event in its order. To be read once. */
  async *read(): AsyncGenerator<LabEvent, void, void> {
    for (;;) {
      const event = this.#unread.shift();
      if (event) {
        yield event;
      } else if (this.#end) {
        if (this.#end.error !== undefined) throw this.#end.error;
        return;
      } else {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
        this.#wake = undefined;
      }
    }
  }
}
