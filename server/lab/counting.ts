import { randomBytes } from "node:crypto";
import { type CountRequest, EventKind, Manners } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { longestWorkMs, millisecondsOf, mostMessageBytes } from "../../proto/lab-rules.ts";
import { onAbort, pause } from "../calls/abort.ts";
import { abortedError } from "../edge/call.ts";
import type { Handling } from "./handling.ts";
import { tellGoingOn } from "./work.ts";

/** Shorter waits are the network's, not a reader's that pauses. */
const waitToldMs = 50;

// One for all: a message holds no memory of its own until it is encoded. Random,
// because gRPC's clients take compressed messages: of zeros, 1,475 of 64 kB went
// into the window of a reader that took one.
const padding = randomBytes(mostMessageBytes);

/** Messages with numbers, no faster than their reader takes them. */
export class Counting {
  readonly #request: CountRequest;
  readonly #handling: Handling;
  readonly #intervalMs: number;
  readonly #until: AbortSignal;
  #letGo = (): void => {};
  #done = 0;
  #isOver = false;
  #waiting: { readonly sinceMs: number; readonly timer: NodeJS.Timeout; isTold: boolean } | undefined;

  constructor(request: CountRequest, handling: Handling) {
    this.#request = request;
    this.#handling = handling;
    this.#intervalMs = millisecondsOf(request.interval);
    this.#until = handling.until;
    handling.tell(EventKind.WORK_BEGUN);
    // The signal alone must do: a generator whose reader vanishes never resumes.
    this.#letGo = onAbort(this.#until, () => this.#aborted());
  }

  /** Messages given to the connection; of a handler that never looks, those that it went on to make as well. */
  get done(): number {
    return this.#done;
  }

  /** @throws the reason of an abort, also for a handler that never looks: nobody takes its messages */
  async *messages(): AsyncGenerator<{ number: bigint; padding: Uint8Array }, void, void> {
    const { messages, messageBytes } = this.#request;
    while (this.#done < messages) {
      if (this.#done > 0 && this.#intervalMs > 0) await pause(this.#intervalMs, this.#until);
      if (this.#until.aborted) throw abortedError(this.#until);
      this.#done++;
      this.#waitForReader();
      yield { number: BigInt(this.#done), padding: padding.subarray(0, messageBytes) };
      this.#goOn();
    }
    if (this.#until.aborted) throw abortedError(this.#until);
    this.#finish();
  }

  #waitForReader(): void {
    const sinceMs = performance.now();
    const timer = setTimeout(() => {
      this.#waiting = { sinceMs, timer, isTold: true };
      this.#handling.tell(EventKind.WAITS_FOR_READER, { done: this.#done }, sinceMs);
    }, waitToldMs);
    this.#waiting = { sinceMs, timer, isTold: false };
  }

  #goOn(): void {
    if (!this.#waiting) return;
    const { timer, isTold } = this.#waiting;
    clearTimeout(timer);
    this.#waiting = undefined;
    if (isTold) this.#handling.tell(EventKind.GOES_ON, { done: this.#done });
  }

  #aborted(): void {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = undefined;
    const { rehearsal } = this.#handling;
    if (this.#request.manners === Manners.CHECKS || rehearsal.signal.aborted) {
      this.#finish(abortedError(this.#until));
    } else {
      void this.#countForNobody();
    }
  }

  /** As a handler does that never looks: at its pace, until it is done or its time is over. */
  async #countForNobody(): Promise<void> {
    const letGo = tellGoingOn(this, this.#handling);
    const { signal } = this.#handling.rehearsal;
    const endsAtMs = performance.now() + longestWorkMs;
    try {
      while (this.#done < this.#request.messages && performance.now() < endsAtMs) {
        await pause(this.#intervalMs, signal);
        this.#done++;
      }
      this.#finish();
    } catch (error) {
      this.#finish(error);
    } finally {
      letGo();
    }
  }

  #finish(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#letGo();
    this.#handling.tell(EventKind.WORK_ENDED, { done: this.#done });
    this.#handling.end(error);
  }
}
