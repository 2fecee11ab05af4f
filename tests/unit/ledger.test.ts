import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Ledger, type Range } from "../../server/search/ledger.ts";

type Result = { readonly tried: number };
const result = (tried: number): Result => ({ tried });

describe("the ledger", () => {
  test("reads in order what came back in any order", () => {
    const ledger = new Ledger({ start: 0n, end: 100n }, () => 10);
    const [first, second] = [given(ledger, 10), given(ledger, 10)];
    ledger.take(second, result(10));
    assert.equal(ledger.read(), undefined);
    ledger.take(first, result(10));
    assert.equal(ledger.read()?.start, 0n);
    assert.equal(ledger.read()?.start, 10n);
    assert.equal(ledger.next, 20n);
  });

  test("gives the rest of a range out again before anything new", () => {
    const ledger = new Ledger({ start: 0n, end: 100n }, () => 10);
    const first = given(ledger, 50);
    given(ledger, 10);
    ledger.take(first, result(20));
    assert.deepEqual(ledger.give(100), { start: 20n, end: 50n });
  });

  test("gives a whole range out again when its worker crashed", () => {
    const ledger = new Ledger({ start: 5n, end: 100n }, () => 10);
    ledger.take(given(ledger, 10), undefined);
    assert.deepEqual(ledger.give(4), { start: 5n, end: 9n });
    assert.deepEqual(ledger.give(100), { start: 9n, end: 15n });
  });

  test("gives nothing beyond its capacity until the first range is back", () => {
    const ledger = new Ledger({ start: 0n, end: 100n }, () => 2);
    const first = given(ledger, 10);
    ledger.take(given(ledger, 10), result(10));
    assert.equal(ledger.give(10), undefined);
    ledger.take(first, result(10));
    ledger.read();
    assert.deepEqual(ledger.give(10), { start: 20n, end: 30n });
  });

  test("forgets what a cut made needless", () => {
    const ledger = new Ledger({ start: 0n, end: 100n }, () => 10);
    const [first, second] = [given(ledger, 10), given(ledger, 10)];
    ledger.take(first, result(5));
    ledger.cut(5n);
    ledger.take(second, result(10));
    ledger.read();
    assert.ok(ledger.finished);
    assert.equal(ledger.give(10), undefined);
  });

  test("holds tried ranges without a match as one, so that a slow one before them holds back nobody", () => {
    const ledger = new Ledger<Result>(
      { start: 0n, end: 1000n },
      () => 3,
      () => true,
    );
    const slow = given(ledger, 10);
    for (let i = 0; i < 50; i++) {
      const range = given(ledger, 10);
      ledger.take(range, result(10));
    }
    assert.equal(ledger.read(), undefined);
    ledger.take(slow, result(10));
    assert.deepEqual(ledger.read(), { state: "tried", start: 0n, end: 510n, result: result(10) });
  });

  test("reads every candidate once and in order, whatever comes back when", () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(fc.record({ size, back: fc.nat(), tried: fc.integer({ min: -5, max: 45 }) })),
        (length, capacity, steps) => {
          const ledger = new Ledger<Result>(
            { start: 7n, end: 7n + BigInt(length) },
            () => capacity,
            ({ tried }) => tried % 2 === 0,
          );
          const out: Range[] = [];
          let next = 7n;
          for (const step of steps) {
            const range = ledger.give(step.size);
            if (range) out.push(range);
            assert.ok(out.length <= capacity + 1);
            const [back] = out.length > 0 ? out.splice(step.back % out.length, 1) : [];
            if (back) {
              const whole = Number(back.end - back.start);
              ledger.take(back, step.tried < 0 ? undefined : result(Math.min(step.tried, whole)));
            }
            for (let read = ledger.read(); read; read = ledger.read()) {
              assert.equal(read.start, next);
              next = read.end;
            }
            if (ledger.finished) break;
          }
          assert.equal(next, 7n + BigInt(length));
          assert.equal(ledger.give(1), undefined);
        },
      ),
    );
  });
});

function given(ledger: Ledger<Result>, count: number): Range {
  const range = ledger.give(count);
  assert.ok(range);
  return range;
}
