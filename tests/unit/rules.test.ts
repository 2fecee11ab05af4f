import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keySentence, keyViolation } from "../../proto/key-rule.ts";
import { fieldOf, leastDistance, sentence, violations } from "../../proto/rules.ts";
import { inputs, keys } from "../support/vectors.ts";

describe("the contract's rules", () => {
  for (const { about, input, broken } of inputs) {
    test(`${broken.length === 0 ? "accept" : "refuse"} ${about}`, () => {
      const found = violations(input);
      assert.deepEqual(
        found.map(({ rule }) => [fieldOf[rule], rule]),
        broken,
      );
      for (const violation of found) assert.match(sentence(violation), /\.$/);
    });
  }

  for (const { about, key, broken } of keys) {
    test(`${broken ? "refuse" : "accept"} ${about}`, () => {
      const violation = keyViolation(key);
      assert.equal(violation?.rule ?? null, broken);
      if (violation) assert.match(keySentence(violation), /\.$/);
    });
  }

  test("name the foreign character whole", () => {
    const [violation] = violations({ ...accepted, desiredName: "a😀" });
    assert.deepEqual(violation, { rule: "name-character", character: "😀" });
  });

  test("know how close a hash can come to a name", () => {
    assert.equal(leastDistance("x9/="), 1);
    assert.equal(leastDistance("a=b"), 1);
    assert.equal(leastDistance("abc="), 0);
    assert.equal(leastDistance("a".repeat(28)), 1);
    assert.equal(leastDistance("b".repeat(27)), 1);
    assert.equal(leastDistance("a".repeat(27)), 0);
  });
});

const accepted = {
  desiredName: "a",
  idealHammingDistance: 0,
  interestingHammingDistance: 0,
  searchId: "",
  startIndex: 0n,
};
