import { filterQuery } from "./filter-code.ts";
import type { FilterPlan } from "./filter-plan.ts";
import {
  constantsAt,
  digestAddress,
  digestsAt,
  digestWordBytes,
  flagsAt,
  groupDigestBytes,
  groupsPerPrefix,
  lastBytesAt,
  prefixesAt,
  prefixesPerQuad,
  queryAt,
  rowBytes,
  survivorsAt,
} from "./layout.ts";
import type { Machine } from "./machine.ts";
import { lastByteWords, lastWordOf } from "./sha1-words.ts";

/** The candidates of up to 64 consecutive prefixes, hashed in one go. */
export class Batch {
  readonly #machine: Machine;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #lastBytes = new Map<number, Int32Array>();
  #length = 0;
  #plan: FilterPlan | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#words = new Uint32Array(machine.memory.buffer);
    this.#bytes = new Uint8Array(machine.memory.buffer);
  }

  /**
   * Hashes all candidates of one length with these prefixes. Their position in the
   * batch is 256 times that of the prefix, plus the last byte.
   *
   * @param length of the candidates, 1 to 8 bytes
   * @param prefix the first one, as a number of all their bytes but the last
   * @param count prefixes, an even number up to 64
   */
  hash(length: number, prefix: bigint, count: number): void {
    this.#useLength(length);
    this.#writePrefixes(length, prefix, count);
    const lastWord = lastWordOf(length);
    const prepare = this.#machine.prefixes(lastWord);
    const third = length === 8 ? 0x80000000 : 0;
    for (let quad = 0; quad < Math.ceil(count / prefixesPerQuad); quad++) {
      prepare(prefixesAt + 4 * prefixesPerQuad * quad, constantsAt, third, 8 * length);
    }
    this.#machine.hash(lastWord)(prefixesAt, prefixesAt + 4 * count, lastBytesAt, constantsAt, digestsAt);
  }

  /**
   * The positions of the candidates that the filter lets through, in order.
   *
   * @param count prefixes hashed
   */
  survivors(count: number, plan: FilterPlan): Uint32Array {
    if (plan !== this.#plan) this.#bytes.set(filterQuery(plan.characters, plan.enough), queryAt);
    this.#plan = plan;
    const end = digestsAt + count * groupsPerPrefix * groupDigestBytes;
    this.#machine.filter(plan.characters.length)(digestsAt, end, queryAt, flagsAt);
    const listEnd = this.#machine.survivors(flagsAt, flagsAt + 256 * count, survivorsAt);
    return this.#words.subarray(survivorsAt / 4, listEnd / 4);
  }

  /** Writes the 20 bytes of the digest of the candidate at that position. */
  digest(position: number, into: Uint8Array): void {
    let at = digestAddress(position);
    for (let i = 0; i < 20; at += digestWordBytes) {
      const word = this.#words[at / 4] as number;
      into[i++] = word >>> 24;
      into[i++] = word >>> 16;
      into[i++] = word >>> 8;
      into[i++] = word;
    }
  }

  #useLength(length: number): void {
    if (length === this.#length) return;
    let table = this.#lastBytes.get(length);
    if (!table) {
      table = lastByteWords(length);
      this.#lastBytes.set(length, table);
    }
    this.#words.set(table, lastBytesAt / 4);
    this.#length = length;
  }

  /** W_0 and W_1 of the padded message (RFC 3174, section 4), the last byte left zero. */
  #writePrefixes(length: number, prefix: bigint, count: number): void {
    const bits = BigInt(8 * (8 - length));
    const message = BigInt.asUintN(64, ((prefix << 8n) << bits) | ((0x80n << bits) >> 8n));
    let first = Number(message >> 32n);
    let second = Number(message & 0xffffffffn);
    // The next prefix adds one at its lowest bit, which is in either word.
    const [firstStep, secondStep] = length <= 5 ? [2 ** (40 - 8 * length), 0] : [0, 2 ** (72 - 8 * length)];
    for (let i = 0; i < count; i++) {
      this.#words[prefixesAt / 4 + i] = first;
      this.#words[(prefixesAt + rowBytes) / 4 + i] = second;
      first += firstStep;
      second += secondStep;
      if (second > 0xffffffff) {
        second -= 2 ** 32;
        first++;
      }
    }
  }
}
