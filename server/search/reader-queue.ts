import type { PackedMatches } from "../matches/packed-matches.ts";

// What a reader takes at a time: as much as a connection is handed in one go.
const batchBytes = 32 * 1024;
/** What may wait for one reader before its search rests. What is being scanned then still comes. */
export const unreadBytes = 256 * 1024;

/** Some matches in order, which count as sent from now on. */
export interface Batch {
  readonly count: number;
  /** The contract's messages, framed, back to back. */
  readonly frames: Uint8Array;
  /** Whether the last one is ideal: no match is sent after it. */
  readonly endsIdeal: boolean;
}

interface Unread {
  readonly start: bigint;
  readonly matches: PackedMatches;
}

/** What waits for all readers of a server together, against its bound. */
export class UnreadMemory {
  readonly limitBytes: number;
  bytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }
}

/**
 * The matches of one search that its one reader has not taken yet, in order,
 * bounded in bytes: a reader that stops, stops its search.
 */
export class ReaderQueue {
  readonly #memory: UnreadMemory;
  readonly #onRoom: () => void;
  /** The first one is read from the row. */
  readonly #unread: Unread[] = [];
  #row = 0;
  /** Of matches that have come, whether or not their turn to be read has. */
  #bytes = 0;
  #isResting = false;
  #sent = 0n;
  #hasReader = false;
  #wake: (() => void) | undefined;

  /** @param onRoom hears when there is room again after it was full */
  constructor(memory: UnreadMemory, onRoom: () => void) {
    this.#memory = memory;
    this.#onRoom = onRoom;
  }

  /** Matches that were taken. */
  get sent(): bigint {
    return this.#sent;
  }

  /** Index of the first match that waits, if one does. */
  get firstUnread(): bigint | undefined {
    const first = this.#unread[0];
    return first && first.start + BigInt(first.matches.indexes[this.#row] as number);
  }

  /**
   * Whether no more should be searched for now. Never while nothing can be read:
   * what the reader waits for may be missing in the middle.
   */
  rests(): boolean {
    this.#isResting ||= this.#unread.length > 0 && this.#isFull();
    return this.#isResting;
  }

  /** Whether the readers of all searches together have too much waiting for them. */
  get isScarce(): boolean {
    return this.#memory.bytes >= this.#memory.limitBytes;
  }

  /** Notes that matches have come, which are appended when their turn has. */
  arrived(matches: PackedMatches): void {
    this.#count(matches.frames.length);
  }

  /** Appends matches of a scan that started at an index. */
  append(start: bigint, matches: PackedMatches): void {
    if (matches.count === 0) return;
    this.#unread.push({ start, matches });
    this.wake();
  }

  /** Lets the reader look again. */
  wake(): void {
    this.#wake?.();
  }

  /** Makes the caller the reader. @throws when there is one */
  claim(): void {
    if (this.#hasReader) throw new Error("cannot read the matches: the search has a reader already");
    this.#hasReader = true;
  }

  /** The next matches in order, about 32 kB at most. */
  take(): Batch | undefined {
    const first = this.#unread[0];
    if (!first) return undefined;
    const { frames, ends, count, endsIdeal } = first.matches;
    const from = this.#row === 0 ? 0 : (ends[this.#row - 1] as number);
    const before = this.#row;
    let row = before + 1;
    while (row < count && (ends[row] as number) - from <= batchBytes) row++;
    const to = ends[row - 1] as number;
    const isLast = row === count;
    this.#row = isLast ? 0 : row;
    if (isLast) this.#unread.shift();
    this.#sent += BigInt(row - before);
    this.#count(from - to);
    if (this.#isResting && this.#hasRoom()) {
      this.#isResting = false;
      this.#onRoom();
    }
    return { count: row - before, frames: frames.subarray(from, to), endsIdeal: isLast && endsIdeal };
  }

  /** Resolves when it may be worth another look. */
  async news(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }

  /** Nobody reads any more: lets go of what waits. */
  clear(): void {
    this.#unread.length = 0;
    this.#row = 0;
    this.#count(-this.#bytes);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#memory.bytes += bytes;
  }

  #isFull(): boolean {
    return this.#bytes >= unreadBytes || this.isScarce;
  }

  // Half empty, so that the search does not wake for every batch.
  #hasRoom(): boolean {
    if (this.#unread.length === 0) return true;
    return this.#bytes <= unreadBytes / 2 && !this.isScarce;
  }
}
