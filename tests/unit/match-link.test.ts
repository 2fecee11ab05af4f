import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { linkedMatch, matchQuery } from "../../web/src/session/match-link.ts";
import { base64Of } from "../../web/src/session/secret.ts";

const anyName = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9+/]{1,20}$/), fc.constantFrom("", "="))
  .map((parts) => parts.join(""));
const anyBytes = fc.uint8Array({ maxLength: 64 });

test("a link leads to the match that it was made of, also where its signs were not escaped", () => {
  fc.assert(
    fc.property(anyName, anyBytes, (name, bytes) => {
      const match = { name, bytes: new Uint8Array(bytes) };
      const secret = base64Of(bytes);
      assert.deepEqual(linkedMatch(matchQuery(name, secret)), match);
      assert.deepEqual(linkedMatch(`name=${name}&bytes=${secret}`), match);
    }),
  );
});

test("a link is read by people: the name, and the bytes without signs to be escaped", () => {
  assert.equal(matchQuery("doctor", "+/0DAA=="), "name=doctor&bytes=-_0DAA");
  assert.equal(matchQuery("a+b/", ""), "name=a%2Bb%2F&bytes=");
});

test("a link that leads to no match says what is wrong with it", () => {
  for (const [query, rule] of [
    ["", "name-empty"],
    ["bytes=AAAA", "name-empty"],
    ["name=a!b&bytes=AAAA", "name-character"],
    [`name=${"a".repeat(29)}&bytes=AAAA`, "name-long"],
    ["name=a=b&bytes=AAAA", "name-padding"],
    ["name=web", "bytes"],
    ["name=web&bytes=*", "bytes"],
    ["name=web&bytes=A", "bytes"],
    [`name=web&bytes=${base64Of(new Uint8Array(65))}`, "bytes"],
  ] as const) {
    const problem = linkedMatch(query);
    assert.equal("rule" in problem ? problem.rule : "none", rule, query);
  }
});

test("a name that no hash spells without a wrong letter may still be shown", () => {
  assert.deepEqual(linkedMatch("name=x9/=&bytes="), { name: "x9/=", bytes: new Uint8Array() });
});

test("a link has 64 bytes at most", () => {
  const bytes = new Uint8Array(64).fill(7);
  assert.deepEqual(linkedMatch(matchQuery("web", base64Of(bytes))), { name: "web", bytes });
});

test("any address is answered without a throw", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (query) => void linkedMatch(query)));
});
