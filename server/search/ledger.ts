/** A run of candidates, from start to end - 1. */
export interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

type Entry<Result> = { readonly start: bigint; end: bigint } & (
  | { state: "open" }
  | { state: "given"; readonly to: Range }
  | { state: "tried"; readonly result: Result }
);

/** A tried range whose turn has come, with its matches. */
export interface Tried<Result> {
  readonly start: bigint;
  readonly end: bigint;
  readonly result: Result;
}

/**
 * Which candidates were given out and which came back: ranges leave in order,
 * return in any order and in part, and are read in order again. It holds a
 * bounded number of ranges, so a slow first range holds back the rest.
 */
export class Ledger<Result extends { readonly tried: number }> {
  readonly #capacity: () => number;
  readonly #isEmpty: (result: Result) => boolean;
  /** Each begins where the one before it ends. */
  #entries: Entry<Result>[] = [];
  /** How many of them are open: mostly none, which need not be looked for. */
  #open = 0;
  /** Everything before was given out at least once. */
  #frontier: bigint;
  #end: bigint;
  #next: bigint;

  /**
   * @param capacity ranges between the next one to read and the last one given out
   * @param isEmpty whether nothing was found: such ranges side by side are held as one
   */
  constructor(
    { start, end }: Range,
    capacity: () => number,
    isEmpty: (result: Result) => boolean = () => false,
  ) {
    this.#frontier = start;
    this.#next = start;
    this.#end = end;
    this.#capacity = capacity;
    this.#isEmpty = isEmpty;
  }

  /** Everything before was tried and read. */
  get next(): bigint {
    return this.#next;
  }

  /** Whether everything was tried and read. */
  get finished(): boolean {
    return this.#next >= this.#end;
  }

  /** Gives out the earliest range that nobody has, of at most `count` candidates. */
  give(count: number): Range | undefined {
    const position = this.#open > 0 ? this.#entries.findIndex(({ state }) => state === "open") : -1;
    const open = this.#entries[position];
    if (open) {
      const end = least(open.end, open.start + BigInt(count));
      const range = { start: open.start, end };
      const rest: Entry<Result>[] = end < open.end ? [{ state: "open", start: end, end: open.end }] : [];
      this.#entries.splice(position, 1, { state: "given", ...range, to: range }, ...rest);
      this.#open += rest.length - 1;
      return range;
    }
    if (this.#entries.length >= this.#capacity() || this.#frontier >= this.#end) return undefined;
    const range = { start: this.#frontier, end: least(this.#end, this.#frontier + BigInt(count)) };
    this.#entries.push({ state: "given", ...range, to: range });
    this.#frontier = range.end;
    return range;
  }

  /** Takes a range back: tried in part or in full, or not at all without a result. */
  take(range: Range, result: Result | undefined): void {
    const position = this.#positionOf(range.start);
    const entry = this.#entries[position];
    // Cut off since: nobody asks for it any more.
    if (entry?.state !== "given" || entry.to !== range) return;
    // A cut in the middle of it leaves only what comes before.
    const last = least(range.end, this.#end);
    const end = least(range.start + BigInt(result?.tried ?? 0), last);
    const parts: Entry<Result>[] = [];
    if (result && end > range.start) parts.push({ state: "tried", start: range.start, end, result });
    if (end < last) {
      parts.push({ state: "open", start: end, end: last });
      this.#open++;
    }
    this.#entries.splice(position, 1, ...parts);
    // The neighbour behind first, so that the position holds.
    this.#joinAt(position + 1);
    this.#joinAt(position);
  }

  /** Of the last entry that starts at or before the index. */
  #positionOf(index: bigint): number {
    let [from, to] = [0, this.#entries.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((this.#entries[middle] as Entry<Result>).start <= index) from = middle;
      else to = middle;
    }
    return from;
  }

  /** Makes one of two tried ranges without a match, so that a slow range before them holds back nobody. */
  #joinAt(position: number): void {
    const [before, behind] = [this.#entries[position - 1], this.#entries[position]];
    if (before?.state !== "tried" || behind?.state !== "tried") return;
    if (!this.#isEmpty(before.result) || !this.#isEmpty(behind.result)) return;
    before.end = behind.end;
    this.#entries.splice(position, 1);
  }

  /** Nothing at or after the index is needed any more. */
  cut(index: bigint): void {
    this.#end = least(this.#end, index);
    this.#entries = this.#entries.filter((entry) => entry.start < this.#end);
    for (const entry of this.#entries) entry.end = least(entry.end, this.#end);
    this.#open = this.#entries.filter(({ state }) => state === "open").length;
  }

  /** Reads the next range in order, once it was tried. */
  read(): Tried<Result> | undefined {
    const first = this.#entries[0];
    if (first?.state !== "tried") return undefined;
    this.#entries.shift();
    this.#next = first.end;
    return first;
  }
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
