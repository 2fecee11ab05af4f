import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "../../web/src/session/match-parts.ts";
import { emptyForm, problemsOf, queryOf } from "../../web/src/ui/form/form-input.ts";
import { en } from "../../web/src/words/en.ts";
import { inputs } from "../support/vectors.ts";

// What a person can enter: the form has no fields for ids and positions, trims the
// name, and offers no distance below 0.
const inForm = inputs.filter(
  ({ input }) =>
    input.searchId === "" &&
    input.startIndex === 0n &&
    input.desiredName === input.desiredName.trim() &&
    Math.min(input.idealHammingDistance, input.interestingHammingDistance) >= 0,
);

for (const { about, input, broken } of inForm) {
  // The form offers no near misses below the wrong letters that are allowed.
  const expected = broken.filter(([, rule]) => rule !== "interesting-below-ideal").map(([field]) => field);
  test(`the form ${expected.length === 0 ? "accepts" : "refuses"} ${about}`, () => {
    const problems = problemsOf(
      {
        ...emptyForm,
        name: input.desiredName,
        wrongAllowed: input.idealHammingDistance,
        alsoShow: input.interestingHammingDistance,
      },
      en,
    );
    for (const field of expected) assert.ok(field in problems, field);
    if (expected.length === 0) assert.deepEqual(problems, {});
  });
}

test("limits are read as people write them", () => {
  const query = queryOf({ ...emptyForm, name: " go ", hashes: "10,000,000", seconds: "2.5" });
  assert.equal(query.name, "go");
  assert.equal(query.maximumHashes, 10_000_000n);
  assert.equal(query.timeLimitMs, 2_500);
});

test("limits that are no numbers are refused, empty ones are the server's", () => {
  const bad = problemsOf({ ...emptyForm, name: "go", hashes: "many", seconds: "-1" }, en);
  assert.deepEqual(Object.keys(bad), ["maximum_hashes", "time"]);
  const empty = queryOf({ ...emptyForm, name: "go" });
  assert.equal(empty.maximumHashes, 0n);
  assert.equal(empty.timeLimitMs, undefined);
});

test("whether near misses are listed decides between Find and FindRange", () => {
  const { mode, alsoShow } = queryOf({ ...emptyForm, name: "go" });
  assert.deepEqual({ mode, alsoShow }, { mode: "first", alsoShow: 0 });
  const every = queryOf({ ...emptyForm, name: "go", alsoShow: 1, wrongAllowed: 2 });
  assert.equal(every.mode, "every");
  assert.equal(every.alsoShow, 2, "near misses have at least as many wrong letters as are allowed");
});

test("a hash is cut at the matched part and at its wrong characters", () => {
  assert.deepEqual(partsOf("J/V8s1mo+GrPSvgRxHpjgLS7Qgk=", "grpc", 9), [
    { kind: "outside", text: "J/V8s1mo+" },
    { kind: "right", text: "GrP" },
    { kind: "wrong", text: "S" },
    { kind: "outside", text: "vgRxHpjgLS7Qgk=" },
  ]);
});
