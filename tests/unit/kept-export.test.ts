import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { csvField, csvOf, fileNameOf, jsonOf } from "../../web/src/kept/export.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { after, match, stop } from "./session-fixtures.ts";

const batch = Array.from({ length: 600 }, (_, i) => match(2n ** 63n + BigInt(i), 2));
const flooded = after({ type: "matches", runId: "one", batch }, stop);
const named = (name: string): SearchState => ({ ...flooded, query: { ...flooded.query, name } });

test("CSV has a header and a line for every match that is kept, each ended by CR LF", () => {
  const lines = csvOf(flooded).split("\r\n");
  assert.equal(lines.length, 1 + 500 + 1);
  assert.equal(lines[0], "candidate_index,hamming_distance,match_offset,hashed_name,secret");
  assert.equal(lines[1], "9223372036854775808,2,20,FEVc6RB5ZDihKM41HBrDGrPCkqU=,AAcV");
  assert.equal(lines.at(-1), "");
});

test("a CSV field is read back as it was written", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const field = csvField(text);
      const read = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
      assert.equal(read, text);
      assert.ok(field.startsWith('"') || !/[",\r\n]/.test(field));
    }),
  );
});

test("JSON tells the query, all that was counted, and 64-bit numbers exactly", () => {
  const data = JSON.parse(jsonOf(flooded));
  assert.equal(data.desiredName, "doctor");
  assert.equal(data.matchesFound, 600);
  assert.equal(data.matchesKept, 500);
  assert.equal(data.matches.length, 500);
  assert.deepEqual(data.matches[1], {
    candidateIndex: "9223372036854775809",
    hammingDistance: 2,
    matchOffset: 20,
    hashedName: "FEVc6RB5ZDihKM41HBrDGrPCkqU=",
    secret: "AAcV",
  });
});

test("a file is named for what was searched, and a slash makes no folder", () => {
  assert.equal(fileNameOf(named("doctor"), "csv"), "hash-finder-doctor.csv");
  assert.equal(fileNameOf(named("a/b+c="), "json"), "hash-finder-a_b+c=.json");
  assert.equal(fileNameOf(named("../.."), "csv"), "hash-finder-_____.csv");
});
