import { digestWordBytes, groupsPerPrefix, lanes, lastByteAt } from "./layout.ts";

// The message schedule of SHA-1 is linear over XOR, so each of its 80 words is
// one part that depends on all bytes but the last, and one that depends on the
// last byte alone: W_t = A_t(prefix) ^ B_t(last byte).

/** The word of the message that holds the last byte of a candidate: 0 up to four bytes, else 1. */
export type LastWord = 0 | 1;

export function lastWordOf(length: number): LastWord {
  return length <= 4 ? 0 : 1;
}

/** The steps whose word depends on the last byte, in order: 49 or 48 of the 80. */
export const dependent: Readonly<Record<LastWord, readonly number[]>> = {
  0: dependentSteps(0),
  1: dependentSteps(1),
};

/** Bytes of B for one group of last bytes. */
export function groupBytes(lastWord: LastWord): number {
  return dependent[lastWord].length * digestWordBytes;
}

/**
 * B_t of all 256 last bytes of candidates of one length, in 32 groups: for each
 * step that depends on it, the words of the group's eight lanes.
 *
 * @param length 1 to 8 bytes
 */
export function lastByteWords(length: number): Int32Array<ArrayBuffer> {
  const lastWord = lastWordOf(length);
  const steps = dependent[lastWord];
  const bits = Array.from({ length: 8 }, (_, bit) => schedule(lastWord, 1 << (bit + 8 * ((8 - length) & 3))));
  const table = new Int32Array(groupsPerPrefix * steps.length * lanes);
  const words = new Int32Array(256);
  for (const [row, t] of steps.entries()) {
    for (const [bit, w] of bits.entries()) {
      for (let below = 0; below < 1 << bit; below++) words[below | (1 << bit)] = of(words, below) ^ of(w, t);
    }
    for (let group = 0; group < groupsPerPrefix; group++) {
      for (let lane = 0; lane < lanes; lane++) {
        table[(group * steps.length + row) * lanes + lane] = of(words, lastByteAt(group, lane));
      }
    }
  }
  return table;
}

function dependentSteps(lastWord: LastWord): number[] {
  const w = schedule(lastWord, 0xff);
  return [...w.keys()].filter((t) => w[t] !== 0);
}

/** The message schedule of one word. */
function schedule(at: LastWord, word: number): Int32Array {
  const w = new Int32Array(80);
  w[at] = word;
  for (let t = 16; t < 80; t++) {
    const mixed = of(w, t - 3) ^ of(w, t - 8) ^ of(w, t - 14) ^ of(w, t - 16);
    w[t] = (mixed << 1) | (mixed >>> 31);
  }
  return w;
}

function of(words: Int32Array, t: number): number {
  return words[t] as number;
}
