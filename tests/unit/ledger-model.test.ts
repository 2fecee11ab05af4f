import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Ledger, type Range } from "../../server/search/ledger.ts";

interface Result {
  readonly tried: number;
  readonly isEmpty: boolean;
}

type Cell = { readonly is: "given" | "back" | Result };

/** What the ledger does, said plainly: what became of each candidate, by its distance from the start. */
class Model {
  /** Of those that were given out at least once; a range's share one object. */
  cells: Cell[] = [];
  given: { readonly from: number; readonly to: number; readonly cell: Cell }[] = [];
  next = 0;
  end: number;

  constructor(end: number) {
    this.end = end;
  }

  /** What is to be given out: the first that came back, or else the first that nobody had. */
  offer(count: number, capacity: number): readonly [from: number, to: number] | undefined {
    const back = this.cells.findIndex(({ is }) => is === "back");
    const part = this.cells.slice(back, back + count).filter((cell) => cell === this.cells[back]);
    if (back >= 0) return [back, back + part.length];
    if (this.held >= capacity || this.cells.length >= this.end) return undefined;
    return [this.cells.length, Math.min(this.cells.length + count, this.end)];
  }

  /** Notes what became of candidates, or of those that are a range's still. */
  set(from: number, to: number, is: Cell["is"], of?: Cell): Cell {
    const cell = { is };
    for (let i = from; i < Math.min(to, this.end); i++) if (!of || this.cells[i] === of) this.cells[i] = cell;
    return cell;
  }

  /** How many ranges are held. */
  get held(): number {
    return this.cells.filter((_, i) => i >= this.next && (i === this.next || !this.#joins(i))).length;
  }

  /** Where the range ends that is to be read, if it was tried. */
  get readable(): number | undefined {
    if (typeof (this.cells[this.next]?.is ?? "new") === "string") return undefined;
    let end = this.next + 1;
    while (this.#joins(end)) end++;
    return end;
  }

  /** Neighbours that were tried without a match are held as one range. */
  #joins(i: number): boolean {
    const [before, cell] = [this.cells[i - 1], this.cells[i]];
    return cell !== undefined && (before === cell || (isEmpty(before) && isEmpty(cell)));
  }
}

interface Real {
  readonly base: bigint;
  readonly capacity: number;
  ledger: Ledger<Result>;
  given: Range[];
  readonly taken: Range[];
}

const count = fc.integer({ min: 1, max: 12 });
const gives = count.map((count) => step(`give ${count}`, give(count)));
const takes = fc
  .record({ which: fc.nat(), tried: fc.oneof(fc.constant(12), fc.nat(12)), isEmpty: fc.boolean() })
  .map((back) => step(`take ${fc.stringify(back)}`, take(back)));
const crashes = fc.nat().map((which) => step(`crash ${which}`, take({ which })));
const lateTakes = fc.nat().map((which) => step(`take ${which} again`, takeAgain(which)));
const cuts = fc.integer({ min: 50, max: 120 }).map((percent) => step(`cut at ${percent} %`, cut(percent)));
const reads = fc.constant(step("read", read));
const continues = fc.constant(step("continue", continue_));

// What is more often asked of it is there more often.
const steps = fc.commands(
  [gives, gives, gives, gives, takes, takes, takes, takes, crashes, lateTakes, cuts, reads, continues],
  { maxCommands: 100, size: "max" },
);

// Where lengths of candidates, words and exact numbers end, and the last candidate of all.
for (const place of [0n, 2n ** 16n, 2n ** 24n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n]) {
  test(`the ledger does what a list of all candidates says, around ${place}`, () => {
    const length = fc.integer({ min: 1, max: 150 });
    const capacity = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(length, fc.nat(150), capacity, steps, (length, before, capacity, steps) => {
        // The largest index is 2^64 - 1.
        const base = greatest(0n, least(place - BigInt(before), 2n ** 64n - BigInt(length)));
        const model = new Model(length);
        const ledger = ledgerOf(base, base + BigInt(length), capacity);
        const real: Real = { base, capacity, ledger, given: [], taken: [] };
        fc.modelRun(() => ({ model, real }), steps);
        for (let left = 2 * length; !real.ledger.finished; left--) {
          assert.ok(left > 0, "it must come to its end");
          give(20)(model, real);
          if (model.given.length > 0) take({ which: 0, tried: 20, isEmpty: false })(model, real);
          read(model, real);
        }
        assert.equal(real.ledger.give(1), undefined);
      }),
      { numRuns: 300 },
    );
  });
}

type Run = (model: Model, real: Real) => void;

function step(name: string, run: Run): fc.Command<Model, Real> {
  return {
    check: () => true,
    run: (model, real) => {
      run(model, real);
      assert.equal(real.ledger.next, real.base + BigInt(model.next));
      assert.equal(real.ledger.finished, model.next >= model.end);
    },
    toString: () => name,
  };
}

function give(count: number): Run {
  return (model, real) => {
    const offer = model.offer(count, real.capacity);
    const range = real.ledger.give(count);
    assert.deepEqual(range, offer && rangeOf(real.base, ...offer));
    if (!range || !offer) return;
    const [from, to] = offer;
    model.given.push({ from, to, cell: model.set(from, to, "given") });
    real.given.push(range);
  };
}

/** Nothing was tried by a worker that crashed. */
function take(back: { which: number; tried?: number; isEmpty?: boolean }): Run {
  return (model, real) => {
    if (model.given.length === 0) return;
    const which = back.which % model.given.length;
    const [[given], [range]] = [model.given.splice(which, 1), real.given.splice(which, 1)];
    assert.ok(given && range);
    const { from, to, cell } = given;
    const tried = Math.min(back.tried ?? 0, to - from);
    const result = { tried, isEmpty: back.isEmpty ?? false };
    real.ledger.take(range, back.tried === undefined ? undefined : result);
    real.taken.push(range);
    model.set(from, from + tried, result, cell);
    model.set(from + tried, to, "back", cell);
  };
}

/** Which changes nothing, even if it was given out once more. */
function takeAgain(which: number): Run {
  return (_, { ledger, taken }) => {
    const range = taken[which % taken.length];
    if (range) ledger.take(range, { tried: 1, isEmpty: false });
  };
}

function read(model: Model, { base, ledger }: Real): void {
  const end = model.readable;
  const result = model.cells[model.next]?.is;
  const found = ledger.read();
  assert.deepEqual(found && { start: found.start, end: found.end }, end && rangeOf(base, model.next, end));
  if (!found || end === undefined) return;
  if (!found.result.isEmpty) assert.equal(found.result, result);
  else assert.ok(isEmpty(model.cells[model.next]));
  model.next = end;
}

function cut(percent: number): Run {
  return (model, real) => {
    const at = model.next + Math.floor(((model.end - model.next) * percent) / 100);
    model.end = Math.min(model.end, at);
    model.cells.length = Math.min(model.cells.length, at);
    real.ledger.cut(real.base + BigInt(at));
  };
}

/** Another search, from the first candidate that was not read. */
function continue_(model: Model, real: Real): void {
  const { base, capacity } = real;
  model.cells.length = model.next;
  model.given = [];
  real.given = [];
  real.ledger = ledgerOf(base + BigInt(model.next), base + BigInt(model.end), capacity);
}

function ledgerOf(start: bigint, end: bigint, capacity: number): Ledger<Result> {
  return new Ledger<Result>(
    { start, end },
    () => capacity,
    ({ isEmpty }) => isEmpty,
  );
}

function rangeOf(base: bigint, from: number, to: number): Range {
  return { start: base + BigInt(from), end: base + BigInt(to) };
}

function isEmpty(cell: Cell | undefined): boolean {
  return typeof cell?.is === "object" && cell.is.isEmpty;
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
