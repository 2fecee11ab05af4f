import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chancePerHash, middle } from "../../client/odds/chance.ts";
import { folded } from "../../client/odds/symbols.ts";
import { hashLength } from "../../proto/rules.ts";
import { query } from "./odds-names.ts";

test("random digests match as often as the chance says", () => {
  const digests = randomDigests(20_000, 0x5eed);
  fc.assert(
    fc.property(query(9), ([name, distance]) => {
      const p = middle(chancePerHash(name, distance));
      const expected = digests.length * p;
      const found = digests.filter((hash) => isWithin(hash, folded(name), distance)).length;
      // Five standard deviations of the binomial, and one for what is rarer than one in the sample.
      const tolerance = 5 * Math.sqrt(expected * (1 - p)) + 1;
      assert.ok(Math.abs(found - expected) <= tolerance, `${found} found, ${expected} expected`);
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("the heaviest names are known to 1 %", () => {
  for (const distance of [10, 11]) {
    const { low, high } = chancePerHash("abcdefghijklmn", distance);
    assert.ok(high < low * 1.01, `${low} to ${high}`);
  }
  for (const name of ["abcdefghijklmnopqrstuvwxyz0=", "a".repeat(27)]) {
    assert.ok(chancePerHash(name, 3).low > 0);
  }
});

/** Base64 of random digests, folded. */
function randomDigests(count: number, seed: number): readonly string[] {
  let state = seed;
  // Mulberry32.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 24;
  };
  return Array.from({ length: count }, () =>
    Buffer.from(Array.from({ length: 20 }, next))
      .toString("base64")
      .toLowerCase(),
  );
}

function isWithin(hash: string, name: string, distance: number): boolean {
  for (let offset = 0; offset + name.length <= hashLength; offset++) {
    let misses = 0;
    for (let i = 0; i < name.length && misses <= distance; i++) {
      if (hash.charAt(offset + i) !== name.charAt(i)) misses++;
    }
    if (misses <= distance) return true;
  }
  return false;
}
