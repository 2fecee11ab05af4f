import { scanMostMatches } from "../../proto/scan-contract.ts";
import type { Engine, Outcome, Task } from "../engine/engine.ts";
import type { SliceJob, Trace } from "../engine/workers.ts";
import type { ScanJob } from "../kernel/scan.ts";
import type { PackedMatches } from "../matches/packed-matches.ts";
import { type HopReport, Hops } from "../search/hops.ts";
import { computedAfter } from "../search/workers-used.ts";
import { shortened } from "./shortened.ts";

/** A range to scan for another server. */
export interface RangeOrder extends SliceJob {
  /** Whose work it is. */
  readonly client: string;
}

/** How a scan of a range ended. */
export interface RangeEnd {
  /** Candidates tried from the start, without a gap. */
  readonly tried: number;
  readonly tookMs: number;
  /** From the beginning; undefined when it was not interrupted. */
  readonly interruptSeenAfterMs: number | undefined;
  /** Undefined when its thread has not left it by the thread's own word. */
  readonly idleAfterMs: number | undefined;
  readonly hashesAfterInterrupt: number;
  /** What servers behind this one said of their shares. */
  readonly hops: readonly HopReport[];
}

// As many are sent at once, so that they do not all wait for the end.
const matchesOfMessage = 1000;
// A range whose workers keep crashing is given back.
const mostCrashes = 3;

/**
 * One range for another server, in order, one slice at a time: whoever asks for
 * it has given as many ranges as there are workers.
 */
export class RangeScan implements Task {
  readonly client: string;
  readonly #engine: Engine;
  readonly #order: RangeOrder;
  readonly #began = performance.now();
  readonly #matches: PackedMatches[] = [];
  readonly #hops = new Hops();
  #matchCount = 0;
  /** Of them, those that were not taken. */
  #untold = 0;
  #tried = 0;
  #tookMs = 0;
  #crashes = 0;
  #isRunning = false;
  #isDone = false;
  /** Of the last slice. */
  #trace: Trace | undefined;
  #interrupt: { seenAfterMs: number; tried: number } | undefined;
  #hashesAfterInterrupt = 0;
  #end: RangeEnd | undefined;
  #wake: (() => void) | undefined;

  constructor(engine: Engine, order: RangeOrder) {
    this.#engine = engine;
    this.#order = order;
    this.client = order.client;
  }

  begin(): void {
    this.#engine.add(this);
  }

  /** Candidates tried so far, those of the slice under way included. */
  get tried(): number {
    return this.#tried + this.#engine.tried(this);
  }

  /** Undefined until its worker is idle and nothing more comes. */
  get end(): RangeEnd | undefined {
    return this.#end;
  }

  /** Stops it as soon as can be. Safe to call twice, and after the end. */
  interrupt(): void {
    if (this.#interrupt || this.#end) return;
    this.#interrupt = { seenAfterMs: this.#elapsedMs, tried: this.#engine.tried(this) };
    this.#engine.interrupt(this);
    this.#finish();
  }

  /** The matches that have come since it was asked last, in order. */
  take(): readonly PackedMatches[] {
    this.#untold = 0;
    return this.#matches.splice(0);
  }

  /** Resolves at the end, when there are many matches to tell, and at the latest after the time. */
  async news(ms: number): Promise<void> {
    if (this.#end || this.#untold >= matchesOfMessage) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }

  nextScan(count: number): SliceJob | undefined {
    if (this.#isRunning || this.#isDone || this.#interrupt) return undefined;
    this.#isRunning = true;
    const { name, idealDistance, listedDistance, start, path, trace } = this.#order;
    return {
      name,
      idealDistance,
      listedDistance,
      start: start + BigInt(this.#tried),
      count: Math.min(count, this.#order.count - this.#tried),
      ...(path && { path }),
      ...(trace && { trace }),
    };
  }

  settled(_job: ScanJob, outcome: Outcome): void {
    const { result: whole, hop, trace } = outcome;
    // Another server's slice may itself be full: the sum stays what a coordinator takes.
    const result = whole && shortened(whole, 2 * scanMostMatches - this.#matchCount);
    this.#isRunning = false;
    if (hop) this.#hops.note(hop);
    this.#trace = trace;
    if (this.#interrupt) this.#hashesAfterInterrupt = computedAfter(outcome, this.#interrupt.tried);
    if (result) {
      this.#tried += result.tried;
      this.#tookMs += result.tookMs;
      this.#matchCount += result.matches.count;
      this.#untold += result.matches.count;
      if (result.matches.count > 0) this.#matches.push(result.matches);
      this.#isDone =
        result.matches.endsIdeal || this.#tried >= this.#order.count || this.#matchCount >= scanMostMatches;
    } else {
      this.#isDone = ++this.#crashes === mostCrashes;
    }
    this.#finish();
    if (this.#end) return;
    if (this.#untold >= matchesOfMessage) this.#wake?.();
    this.#engine.wake(this);
  }

  #finish(): void {
    if (this.#end || this.#isRunning || !(this.#isDone || this.#interrupt)) return;
    this.#engine.remove(this);
    this.#end = {
      tried: this.#tried,
      tookMs: this.#tookMs,
      interruptSeenAfterMs: this.#interrupt?.seenAfterMs,
      idleAfterMs: (this.#trace?.isOver ?? true) ? this.#elapsedMs : undefined,
      hashesAfterInterrupt: this.#hashesAfterInterrupt,
      hops: this.#hops.list(),
    };
    this.#wake?.();
  }

  get #elapsedMs(): number {
    return performance.now() - this.#began;
  }
}
