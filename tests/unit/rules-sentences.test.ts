import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keySentence, keyViolation, longestKey } from "../../proto/key-rule.ts";
import { isUuid, sentence, type Violation, violations } from "../../proto/rules.ts";

const uuid = "123e4567-e89b-42d3-a456-426614174000";

describe("the sentences of the contract's rules", () => {
  const sentences = {
    "name-empty": [{ rule: "name-empty" }, /^The name is empty\. Type 1 to 28 letters/],
    "name-long": [{ rule: "name-long", length: 29 }, /^The name has 29 characters, but a hash has 28\./],
    "name-character": [{ rule: "name-character", character: "-" }, /^"-" never appears in these hashes\./],
    "name-padding": [{ rule: "name-padding" }, /^"=" appears only as the last character/],
    "name-impossible": [
      { rule: "name-impossible", leastDistance: 2 },
      /at least 2 wrong letters\. Allow 2, or change/,
    ],
    "ideal-range": [{ rule: "ideal-range", highest: 6 }, /^The ideal distance .* 0 to 6, the length of the/],
    "interesting-range": [
      { rule: "interesting-range", highest: undefined },
      /^The interesting distance must be 0 or more\.$/,
    ],
    "interesting-below-ideal": [
      { rule: "interesting-below-ideal" },
      /^The interesting .* at least the ideal/,
    ],
    "search-id": [{ rule: "search-id" }, /^The search id must be a UUID such as/],
    "start-index": [{ rule: "start-index" }, /^The start index must be less than 18446744073709551615:/],
  } as const satisfies Record<Violation["rule"], readonly [Violation, RegExp]>;

  for (const [rule, [violation, words]] of Object.entries(sentences)) {
    test(`say what to do about "${rule}"`, () => {
      assert.match(sentence(violation), words);
    });
  }

  test("speak of one wrong letter in the singular", () => {
    assert.match(
      sentence({ rule: "name-impossible", leastDistance: 1 }),
      /at least 1 wrong letter\. Allow 1,/,
    );
  });

  test("give an example that the rule accepts", () => {
    const [example] = /[0-9a-f-]{36}/.exec(sentence({ rule: "search-id" })) ?? [];
    assert.ok(isUuid(example ?? ""));
  });

  test("say how long a key may be", () => {
    assert.match(keySentence({ rule: "key-empty" }), /^The key is empty\. Use 1 to 64/);
    assert.match(
      keySentence({ rule: "key-long", length: 65 }),
      /^The key has 65 characters\. Use at most 64/,
    );
  });
});

describe("a UUID", () => {
  test("is accepted in either case", () => {
    assert.ok(isUuid(uuid));
    assert.ok(isUuid(uuid.toUpperCase()));
  });

  for (const [what, text] of [
    ["with something before it", `0${uuid}`],
    ["with something after it", `${uuid}0`],
    ["of letters that are no digits", uuid.replace("e", "g")],
    ["of groups that are one too short", uuid.replaceAll(/(?<=-)[^-]/g, "")],
    ["without dashes", uuid.replaceAll("-", "")],
  ] as const) {
    test(`${what} is none`, () => {
      assert.ok(!isUuid(text));
    });
  }
});

describe("the highest distance that is named", () => {
  for (const [name, highest] of [
    ["a", 1],
    ["a".repeat(28), 28],
    ["a".repeat(29), undefined],
    ["", undefined],
  ] as const) {
    test(`of ${name.length} characters is ${highest ?? "none"}`, () => {
      const found = violations({ ...accepted, desiredName: name, interestingHammingDistance: -1 });
      const range = found.find(({ rule }) => rule === "interesting-range");
      assert.deepEqual(range, { rule: "interesting-range", highest });
    });
  }

  test("does not bound the distances of a name that is none", () => {
    const found = violations({ ...accepted, desiredName: "", interestingHammingDistance: 99 });
    assert.deepEqual(
      found.map(({ rule }) => rule),
      ["name-empty"],
    );
  });
});

test("the length of a key that is too long is said in characters as people see them", () => {
  assert.deepEqual(keyViolation("😀".repeat(longestKey + 1)), { rule: "key-long", length: longestKey + 1 });
});

const accepted = {
  desiredName: "a",
  idealHammingDistance: 0,
  interestingHammingDistance: 0,
  searchId: "",
  startIndex: 0n,
};
