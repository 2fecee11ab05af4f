import { Code, ConnectError } from "@connectrpc/connect";
import { EventKind } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { onAbort } from "../calls/abort.ts";
import { abortedError } from "../edge/call.ts";
import { type Tell, wordsOf } from "./events.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** A call as it came to a server. */
export interface Incoming {
  /** Which of the rehearsal's servers it came to. */
  readonly place: string;
  readonly call: string;
  /** Of the call: aborts when its caller has left, at its deadline, and when its server stops. */
  readonly signal: AbortSignal;
  /** What is left of its deadline. */
  readonly leftMs: () => number | undefined;
}

/** One call of a rehearsal as its handler sees it: tells when it comes in, is aborted, and ends. */
export class Handling {
  readonly rehearsal: Rehearsal;
  readonly place: string;
  readonly call: string;
  /** The call's own. */
  readonly signal: AbortSignal;
  readonly leftMs: () => number | undefined;
  readonly tell: Tell;
  readonly #letGo: () => void;
  readonly #resolveEnded: () => void;

  /** @throws ConnectError when the rehearsal takes no more calls */
  constructor(rehearsal: Rehearsal, { place, call, signal, leftMs }: Incoming) {
    rehearsal.enter(place);
    this.rehearsal = rehearsal;
    this.place = place;
    this.call = call;
    this.signal = signal;
    this.leftMs = leftMs;
    this.tell = rehearsal.teller(place, call);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resolveEnded = resolve;
    void rehearsal.hold(promise);
    this.tell(EventKind.CALL_IN, { deadlineMs: leftMs() });
    this.#letGo = onAbort(signal, () => {
      const { code } = abortedError(signal);
      this.tell(EventKind.CANCEL_SEEN, { code, words: wordsOf(signal.reason) });
    });
  }

  /** Aborts when the call does, or the rehearsal. */
  get until(): AbortSignal {
    return AbortSignal.any([this.signal, this.rehearsal.signal]);
  }

  /** The handler has ended, well or with the error. To be called once. */
  end(error?: unknown): void {
    this.#letGo();
    if (error === undefined) this.tell(EventKind.CODE_SENT, { code: 0 });
    else this.tell(EventKind.CODE_SENT, { code: this.#codeOf(error), words: wordsOf(error) });
    this.#resolveEnded();
  }

  #codeOf(error: unknown): Code {
    if (error instanceof ConnectError) return error.code;
    // What waits on the signal throws its reason.
    return this.signal.aborted && error === this.signal.reason
      ? abortedError(this.signal).code
      : Code.Internal;
  }
}
