import { createHash } from "node:crypto";
import { seeded } from "../support/seeded.ts";

/** Choices that are the same for the same seed and case. */
export class Random {
  readonly #next: () => number;

  constructor(seed: number, case_: number) {
    const digest = createHash("sha256").update(`${seed} ${case_}`).digest();
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
