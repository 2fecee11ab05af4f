import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chanceAfter, hashesUntil, nextMark } from "../../client/odds/after-hashes.ts";
import { bonferroniBounds } from "../../client/odds/bounds.ts";
import { chancePerHash, middle } from "../../client/odds/chance.ts";
import { folded, symbolChance } from "../../client/odds/symbols.ts";
import { chanceOfUnion } from "../../client/odds/union.ts";
import { leastDistance } from "../../proto/rules.ts";
import { names, query } from "./odds-names.ts";

const unlimited = 1e6;

// Checked against 200 million real digests.
const table: readonly (readonly [name: string, distance: number, p: number])[] = [
  ["doctor", 0, 1.9558e-8],
  ["doctor", 1, 3.7467e-6],
  ["doctor", 2, 2.9853e-4],
  ["doctor", 3, 1.26e-2],
  ["go", 0, 2.606e-2],
  ["go", 1, 0.83115],
  ["abc=", 0, 2 ** -14],
  ["abc=", 1, 5.4897e-3],
  ["grpc", 0, 2.3842e-5],
  ["hello", 0, 7.1526e-7],
  ["connect", 0, 5.8208e-10],
  ["aaa", 0, 7.6939e-4],
];

test("the chance per hash is that of the table", () => {
  for (const [name, distance, p] of table) {
    const isNear = (chance: number) => Math.abs(chance / p - 1) < 1e-4;
    const { low, high } = chancePerHash(name, distance);
    assert.ok(isNear(low) && isNear(high), `${name} ${distance}: ${low} to ${high}, not ${p}`);
    const walked = chanceOfUnion(name, distance, unlimited);
    assert.equal(walked.low, walked.high, "nothing is dropped");
    assert.ok(isNear(walked.low), `${name} ${distance}, walked: ${walked.low}, not ${p}`);
  }
});

test("more wrong letters never lower the chance; all wrong is certain, less than possible is not", () => {
  fc.assert(
    fc.property(names(8), (name) => {
      let before = 0;
      for (let distance = 0; distance <= name.length; distance++) {
        const { low, high } = chancePerHash(name, distance);
        assert.ok(low <= high && high >= before, `${name} ${distance}: ${low} to ${high} after ${before}`);
        assert.equal(high > 0, distance >= leastDistance(name));
        before = low;
      }
      assert.equal(before, 1);
    }),
    { seed: 2, numRuns: 60 },
  );
});

test("the walk lies within the bounds, and so does the truth when it drops states", () => {
  fc.assert(
    fc.property(query(7), ([name, distance]) => {
      const text = folded(name);
      const exact = chanceOfUnion(text, distance, unlimited).low;
      const roundOff = 1 + 1e-9;
      for (const { low, high } of [bonferroniBounds(text, distance), chanceOfUnion(text, distance, 20)]) {
        assert.ok(low <= exact * roundOff && exact <= high * roundOff, `${exact} not in ${low} to ${high}`);
      }
    }),
    { seed: 3, numRuns: 80 },
  );
});

test("a character of a hash is what base64 makes of random bits, in either case", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // Before the padding 4 bits are left, and base64 puts two zeros behind them.
  const last = Array.from({ length: 16 }, (_, bits) => alphabet.charAt(bits << 2));
  const share = (of: readonly string[], character: string) =>
    of.filter((letter) => letter.toLowerCase() === character).length / of.length;
  for (const character of [...folded(alphabet), "="]) {
    for (const position of [0, 1, 25]) {
      assert.equal(
        symbolChance(character, position),
        share([...alphabet], character),
        `${character} ${position}`,
      );
    }
    assert.equal(symbolChance(character, 26), share(last, character), `${character} 26`);
    assert.equal(symbolChance(character, 27), character === "=" ? 1 : 0, `${character} 27`);
  }
});

test("the chance is exact for names that occur at one place only, and for the shortest", () => {
  // "=" is the last character, and "a" before it one of sixteen.
  assert.deepEqual(chancePerHash("=", 0), { low: 1, high: 1 });
  const near = ({ low, high }: { low: number; high: number }, p: number) =>
    assert.ok(Math.abs(low / p - 1) < 1e-12 && Math.abs(high / p - 1) < 1e-12, `${low} to ${high}, not ${p}`);
  near(chancePerHash("a=", 0), 1 / 16);
  near(chancePerHash("7a=", 0), 1 / 64 / 16);
  near(chancePerHash("/", 0), 1 - (63 / 64) ** 26);
  near(chancePerHash("b", 0), 1 - (31 / 32) ** 26);
  near(chancePerHash("a", 0), 1 - (31 / 32) ** 26 * (15 / 16));
  near(chancePerHash("=====", 4), 1);
  assert.deepEqual(chancePerHash("ab", 2), { low: 1, high: 1 });
});

test("the best single figure is the middle on the scale of ratios, however small", () => {
  assert.equal(middle({ low: 0.25, high: 1 }), 0.5);
  assert.ok(Math.abs(middle({ low: 1e-300, high: 1e-200 }) / 1e-250 - 1) < 1e-9);
});

test("the chance after many hashes is right where plain powers answer 0", () => {
  assert.ok(Math.abs(chanceAfter(1e-17, 1e16) - 0.0951626) < 1e-6);
  assert.ok(Math.abs(chanceAfter(1.9558e-8, 1e7) - 0.1777) < 1e-3);
  assert.equal(chanceAfter(0.5, 0), 0);
  assert.equal(chanceAfter(1, 1), 1);
  assert.equal(chanceAfter(1.0000001, 1), 1, "a sum of chances may round up beyond 1");
  assert.equal(chanceAfter(0, 5), 0);
  assert.equal(chanceAfter(0.5, -1), 0);
  assert.equal(chanceAfter(0.5, 2), 0.75);
  assert.equal(hashesUntil(0.5, 0.75), 2);
  assert.equal(hashesUntil(1.0000001, 0.5), 0);
  assert.ok(Math.abs(chanceAfter(1e-9, hashesUntil(1e-9, 0.75)) - 0.75) < 1e-12);
});

test("after the last mark comes none", () => {
  assert.deepEqual([0, 0.5, 0.74, 0.949, 0.95, 1].map(nextMark), [
    0.5,
    0.75,
    0.75,
    0.95,
    undefined,
    undefined,
  ]);
});
