import { createHash } from "node:crypto";

/** Choices that are the same for the same seed and number: of a case, of a caller. */
export class Random {
  readonly #next: () => number;

  constructor(seed: number, number = 0) {
    const digest = createHash("sha256").update(`${seed} ${number}`).digest();
    this.#next = seeded(digest.readUInt32BE(0));
  }

  /** A whole number from the least to the most, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  /** True with this chance. */
  chance(of: number): boolean {
    return this.#next() < of;
  }

  pick<T>(choices: readonly T[]): T {
    const index = this.int(0, choices.length - 1);
    if (index >= choices.length) throw new Error("Cannot pick: there is nothing to pick from.");
    return choices[index] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.int(0, 255)));
  }

  /** A UUID of version 4. */
  uuid(): string {
    const hex = this.bytes(16).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
