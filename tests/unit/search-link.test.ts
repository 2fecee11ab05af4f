import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyForm, type FormInput, problemsOf, queryOf } from "../../web/src/ui/form/form-input.ts";
import { hasInput, inputFromLink, linkFor } from "../../web/src/ui/form/search-link.ts";
import { en } from "../../web/src/words/en.ts";

const distance = fc.integer({ min: 0, max: 28 });
const anyInput: fc.Arbitrary<FormInput> = fc.record({
  name: fc.oneof(fc.string({ unit: "binary" }), fc.base64String()),
  wrongAllowed: distance,
  alsoShow: distance,
  hashes: fc.string(),
  seconds: fc.string(),
});

test("a link fills in the form that it was made of, whatever was typed", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const opened = inputFromLink(linkFor(input, ""));
      assert.deepEqual(queryOf(opened), queryOf(wellFormed(input)));
      assert.deepEqual(problemsOf(opened, en), problemsOf(wellFormed(input), en));
      assert.equal(linkFor(opened, ""), linkFor(input, ""));
    }),
  );
});

test("any address opens without a throw, and its invalid values are the form's own problems", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("name", "wrong", "show", "mode", "hashes"), fc.string()),
      (given) => {
        const input = inputFromLink(`?${new URLSearchParams(given)}`);
        problemsOf(input, en);
      },
    ),
  );
  for (const value of ["abc", "-1", "1.5", "99", "1e1"]) {
    const problems = problemsOf(inputFromLink(`?name=go&wrong=${value}`), en);
    assert.deepEqual(Object.keys(problems), ["ideal_hamming_distance"], value);
  }
  assert.deepEqual(Object.keys(problemsOf(inputFromLink("?name=a!b&show=x&hashes=many&seconds=0"), en)), [
    "desired_name",
    "interesting_hamming_distance",
    "maximum_hashes",
    "time",
  ]);
});

test("an empty form makes an empty link, and other parameters stay", () => {
  assert.equal(linkFor(emptyForm, ""), "");
  assert.equal(linkFor(emptyForm, "?lang=ja&name=old&wrong=2"), "?lang=ja");
  assert.equal(linkFor({ ...emptyForm, name: "a+b/" }, "?lang=ja"), "?lang=ja&name=a%2Bb%2F");
  assert.equal(hasInput("?lang=ja"), false);
  assert.equal(hasInput("?name="), true);
});

test("links that also say the former mode still open, and lose it", () => {
  assert.equal(inputFromLink("?name=go&show=2").alsoShow, 2);
  assert.equal(inputFromLink("?name=go&show=2&mode=every").alsoShow, 2);
  assert.equal(inputFromLink("?name=go&show=2&mode=first").alsoShow, 0);
  assert.equal(inputFromLink("?name=go&mode=every").alsoShow, 0);
  assert.equal(hasInput("?mode=first"), true);
  const former = "?name=go&show=2&mode=every";
  assert.equal(linkFor(inputFromLink(former), former), "?name=go&show=2");
});

// An address is text: half of a surrogate pair becomes U+FFFD in it.
function wellFormed(input: FormInput): FormInput {
  return { ...input, name: input.name.toWellFormed() };
}
