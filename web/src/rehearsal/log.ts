import { wait } from "../api/backoff.ts";
import type { StageEvent } from "./event.ts";

/** The events of an act as they come, and waits for what they tell. */
export class EventLog {
  readonly #events: StageEvent[] = [];
  readonly #look = new Set<() => void>();

  get events(): readonly StageEvent[] {
    return this.#events;
  }

  add(event: StageEvent): void {
    this.#events.push(event);
    for (const look of [...this.#look]) look();
  }

  /**
   * Waits until the events are as wanted, for at most so long: what has not come by then is missing.
   *
   * @throws the signal's reason
   */
  async until(
    isWanted: (events: readonly StageEvent[]) => boolean,
    { atMostMs, signal }: { readonly atMostMs: number; readonly signal: AbortSignal },
  ): Promise<void> {
    signal.throwIfAborted();
    const found = new AbortController();
    const look = () => {
      if (isWanted(this.#events)) found.abort();
    };
    this.#look.add(look);
    look();
    await wait(atMostMs, AbortSignal.any([found.signal, signal]));
    this.#look.delete(look);
    signal.throwIfAborted();
  }
}
