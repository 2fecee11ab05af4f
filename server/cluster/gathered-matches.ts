import type { ScanJob } from "../kernel/scan.ts";
import { inspectFrames } from "../matches/inspect.ts";
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
    if (this.#endsIdeal) throw new Error("matches come after the ideal one");
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
   * @throws Error when matches lie beyond what was tried
   */
  packed(tried: number): PackedMatches {
    if ((this.#indexes.at(-1) ?? -1) >= tried) throw new Error("a match lies beyond what was tried");
    const frames = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      frames.set(part, at);
      at += part.length;
    }
    return {
      count: this.#indexes.length,
      frames,
      ends: Uint32Array.from(this.#ends),
      indexes: Uint32Array.from(this.#indexes),
      endsIdeal: this.#endsIdeal,
    };
  }
}
