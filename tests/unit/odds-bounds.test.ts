import assert from "node:assert/strict";
import { test } from "node:test";
import { bonferroniBounds, chanceAt } from "../../client/odds/bounds.ts";
import { symbolChance } from "../../client/odds/symbols.ts";
import { chanceOfUnion } from "../../client/odds/union.ts";
import { hashLength } from "../../proto/rules.ts";

test("the lower bound takes off what every two places have in common, and no more", () => {
  for (const [name, distance] of [
    ["aa", 0],
    ["ab", 0],
    ["a=", 0],
    ["aba", 0],
    ["aba", 1],
    ["aaa", 1],
    ["ab=", 1],
    ["w0=", 1],
    ["abac", 1],
  ] as const) {
    const offsets = Array.from({ length: hashLength - name.length + 1 }, (_, offset) => offset);
    const single = offsets.map((offset) => chanceOfAll(name, distance, [offset]));
    for (const offset of offsets) isNear(chanceAt(name, distance, offset), single[offset] ?? 0);
    let expected = 0;
    for (const first of offsets) {
      expected += single[first] ?? 0;
      for (const second of offsets.filter((offset) => offset > first)) {
        const isApart = second >= first + name.length;
        expected -= isApart
          ? (single[first] ?? 0) * (single[second] ?? 0)
          : chanceOfAll(name, distance, [first, second]);
      }
    }
    const { low, high } = bonferroniBounds(name, distance);
    isNear(low, Math.max(expected, ...single));
    isNear(
      high,
      single.reduce((sum, p) => sum + p),
    );
  }
});

test("a walk that holds fewer states drops the unlikeliest, and tells how much at the most", () => {
  const spread = (most: number) => {
    const { low, high } = chanceOfUnion("abcdefgh", 4, most);
    return high - low;
  };
  assert.equal(spread(1e6), 0);
  // The smaller figure is recorded: other states would be likelier, and their loss greater.
  assert.ok(Math.abs(spread(50) - 0.014511574) < 1e-9, `${spread(50)}`);
  assert.ok(spread(5) > spread(50));
  assert.deepEqual(chanceOfUnion("ab", 2, 5), { low: 1, high: 1 });
});

/** The chance that the name matches at all these offsets, by trying all that characters can be to it. */
function chanceOfAll(name: string, distance: number, offsets: readonly number[]): number {
  const from = Math.min(...offsets);
  const to = Math.max(...offsets) + name.length;
  const letters = [...new Set(name)];
  const walk = (position: number, misses: readonly number[]): number => {
    if (misses.some((count) => count > distance)) return 0;
    if (position === to) return 1;
    const after = (character: string) =>
      misses.map((count, i) => {
        const wanted = name.charAt(position - (offsets[i] ?? 0));
        return wanted === "" || wanted === character ? count : count + 1;
      });
    let other = 1;
    let sum = 0;
    for (const letter of letters) {
      const chance = symbolChance(letter, position);
      other -= chance;
      if (chance > 0) sum += chance * walk(position + 1, after(letter));
    }
    return sum + (other > 0 ? other * walk(position + 1, after("none of them")) : 0);
  };
  return walk(
    from,
    offsets.map(() => 0),
  );
}

function isNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.abs(expected), `${actual}, not ${expected}`);
}
