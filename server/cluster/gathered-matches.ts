import { scanPlainly } from "../kernel/reference.ts";
import type { ScanJob } from "../kernel/scan.ts";
import { inspectFrames } from "../matches/inspect.ts";
import { packMatches } from "../matches/pack.ts";
import type { PackedMatches } from "../matches/packed-matches.ts";

/** The matches of one range, as another server sends them, checked as they come. */
export class GatheredMatches {
  readonly #job: ScanJob;
  readonly #most: number;
  readonly #parts: Uint8Array[] = [];
  readonly #ends: number[] = [];
  readonly #indexes: number[] = [];
  #bytes = 0;
  #endsIdeal = false;

  /** @param most matches after which the other server must have ended the range */
  constructor(job: ScanJob, most: number) {
    this.#job = job;
    this.#most = most;
  }

  /** @throws Error that says what is wrong with them */
  add(frames: Uint8Array): void {
    if (frames.length === 0) return;
    if (this.#endsIdeal) throw new Error("a match comes after the ideal one");
    const { ends, indexes, lastDistance } = inspectFrames(frames, this.#job, this.#indexes.at(-1) ?? -1);
    for (const end of ends) this.#ends.push(this.#bytes + end);
    this.#indexes.push(...indexes);
    if (this.#indexes.length > this.#most) throw new Error("there are too many matches");
    this.#parts.push(frames);
    this.#bytes += frames.length;
    this.#endsIdeal = lastDistance <= this.#job.idealDistance;
  }

  /**
   * All of them, the range having been tried so far.
   *
   * @throws Error when they do not go with what was tried, or the last one is made up
   */
  packed(tried: number): PackedMatches {
    const last = this.#indexes.at(-1) ?? -1;
    if (last >= tried) throw new Error("a match lies beyond what was tried");
    if (this.#endsIdeal && last + 1 !== tried) throw new Error("it went on after the ideal match");
    const frames = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      frames.set(part, at);
      at += part.length;
    }
    if (last >= 0) this.#refuseMadeUp(last, frames.subarray(this.#ends.at(-2) ?? 0));
    return {
      count: this.#indexes.length,
      frames,
      ends: Uint32Array.from(this.#ends),
      indexes: Uint32Array.from(this.#indexes),
      endsIdeal: this.#endsIdeal,
    };
  }

  /** The last match alone is computed again: it may end a whole search, and takes some microseconds. */
  #refuseMadeUp(index: number, frame: Uint8Array): void {
    const start = this.#job.start + BigInt(index);
    const { matches } = scanPlainly({ ...this.#job, start, count: 1 }, () => false);
    const { frames } = packMatches(matches, start, this.#job.idealDistance);
    if (frames.length === frame.length && frames.every((byte, at) => byte === frame[at])) return;
    throw new Error(`candidate ${start} is not the match that it is said to be`);
  }
}
