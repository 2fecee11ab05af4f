import type { ConnectError } from "@connectrpc/connect";
import { onAbort } from "../calls/abort.ts";
import { endingOf, type RehearsalCause, tooManyCalls } from "./endings.ts";
import { EventQueue } from "./event-queue.ts";
import type { LabEvent, Tell } from "./events.ts";

/** What one rehearsal may have. */
export interface RehearsalLimits {
  readonly timeMs: number;
  /** Calls that each of its servers takes. */
  readonly calls: number;
  /** Events that wait for its reader. */
  readonly unread: number;
}

/** How a rehearsal ended. */
export interface RehearsalReport {
  readonly client: string;
  readonly cause: RehearsalCause;
  readonly calls: number;
  readonly events: number;
  readonly elapsedMs: number;
  /** From its end until nothing of it was left. */
  readonly releasedAfterMs: number;
}

interface Listener {
  readonly isIt: (event: LabEvent) => boolean;
  readonly heard: () => void;
}

/**
 * Some calls that belong together, and everything that was started for them. All
 * of it hangs on one signal, so that nothing is left when the rehearsal ends.
 */
export class Rehearsal {
  readonly id: string;
  readonly client: string;
  readonly events: EventQueue;
  /** Settles when it has ended and nothing of it is left: no timer, call, worker, socket or server. */
  readonly released: Promise<RehearsalReport>;
  readonly #limits: RehearsalLimits;
  readonly #startedAtMs = performance.now();
  readonly #life = new AbortController();
  readonly #held = new Set<Promise<unknown>>();
  readonly #calls = new Map<string, number>();
  readonly #listeners = new Set<Listener>();
  readonly #muted = new Set<string>();
  readonly #limit: NodeJS.Timeout;
  readonly #resolveReleased: (report: RehearsalReport) => void;
  #told = 0;

  constructor(id: string, client: string, limits: RehearsalLimits) {
    this.id = id;
    this.client = client;
    this.#limits = limits;
    this.events = new EventQueue(limits.unread, () => this.end("slow"));
    this.#limit = setTimeout(() => this.end("time"), limits.timeMs);
    const { promise, resolve } = Promise.withResolvers<RehearsalReport>();
    this.released = promise;
    this.#resolveReleased = resolve;
  }

  /** Aborts when it ends, with the error for the calls that are still under way. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  /** When it ends at the latest. */
  get remainingMs(): number {
    return Math.max(0, this.#startedAtMs + this.#limits.timeMs - performance.now());
  }

  /** Tells what happens at a place, as it happens. */
  teller(place: string, call = ""): Tell {
    return (kind, facts = {}, atMs = performance.now()) => {
      if (this.#muted.has(call)) return;
      this.#told++;
      const event: LabEvent = { atMs, place, call, kind, ...facts };
      this.events.add(event);
      for (const listener of this.#listeners) if (listener.isIt(event)) listener.heard();
    };
  }

  /** Tells nothing of calls with this name: many that would all tell the same. */
  mute(call: string): void {
    this.#muted.add(call);
  }

  /** Resolves when such an event is told; never when the rehearsal ends before. */
  async heard(isIt: (event: LabEvent) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener = { isIt, heard: resolve };
    this.#listeners.add(listener);
    await promise;
    this.#listeners.delete(listener);
  }

  /** Counts a call that comes in at a place. @throws ConnectError */
  enter(place: string): void {
    this.signal.throwIfAborted();
    const calls = this.#calls.get(place) ?? 0;
    if (calls >= this.#limits.calls) throw tooManyCalls(this.#limits.calls);
    this.#calls.set(place, calls + 1);
  }

  /** Its release waits for the promise, however it settles. */
  hold<T>(promise: Promise<T>): Promise<T> {
    this.#held.add(promise);
    const letGo = (): void => {
      this.#held.delete(promise);
    };
    promise.then(letGo, letGo);
    return promise;
  }

  /** Ends it and all that it has started. The first cause counts. */
  end(cause: Exclude<RehearsalCause, "shutdown">): void;
  end(cause: RehearsalCause, error: ConnectError): void;
  end(cause: RehearsalCause, error?: ConnectError): void {
    if (this.signal.aborted) return;
    const reason = error ?? endingOf(cause as Exclude<RehearsalCause, "shutdown">, this.#limits);
    clearTimeout(this.#limit);
    // Of a failure its caller is told what failed, as of any other defect.
    this.events.end(cause === "done" || cause === "failure" ? undefined : reason);
    this.#listeners.clear();
    this.#life.abort(reason);
    void this.#release(cause);
  }

  /** Ends with another signal, for its reason. */
  endWith(signal: AbortSignal): void {
    const letGo = onAbort(signal, () => this.end("left", signal.reason));
    onAbort(this.signal, letGo);
  }

  async #release(cause: RehearsalCause): Promise<void> {
    const endedAtMs = performance.now();
    // What ends may still start the end of something else.
    while (this.#held.size > 0) await Promise.allSettled(this.#held);
    this.#resolveReleased({
      client: this.client,
      cause,
      calls: this.#calls.values().reduce((sum, calls) => sum + calls, 0),
      events: this.#told,
      elapsedMs: Math.round(endedAtMs - this.#startedAtMs),
      releasedAfterMs: Math.round(10 * (performance.now() - endedAtMs)) / 10,
    });
  }
}
