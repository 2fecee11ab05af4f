import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contentOf, csvField, csvOf, fileNameOf, jsonOf } from "../../web/src/kept/export.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { after, match, progress, query, stop } from "./session-fixtures.ts";

const batch = Array.from({ length: 600 }, (_, i) => match(2n ** 63n + BigInt(i), 2));
const flooded = after({ type: "matches", runId: "one", batch }, stop);
const named = (name: string): SearchState => ({ ...flooded, query: { ...flooded.query, name } });

test("CSV has a header and a line for every match that is kept, each ended by CR LF", () => {
  const lines = csvOf(flooded).split("\r\n");
  assert.equal(lines.length, 1 + 500 + 1);
  assert.equal(lines[0], "candidate_index,hamming_distance,match_offset,hashed_name,secret,kind");
  assert.equal(lines[1], "9223372036854775808,2,20,FEVc6RB5ZDihKM41HBrDGrPCkqU=,AAcV,near_miss");
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

test("every match is exported with its own distance, offset, hash and bytes", () => {
  const batch = [0, 1, 2].map((distance) => ({
    secret: `secret ${distance}`,
    hash: `hash ${distance}`,
    distance,
    index: BigInt(10 * distance),
    offset: 20 - distance,
  }));
  const asked = { ...query, wrongAllowed: 1, alsoShow: 2 };
  const state = { ...after(progress, { type: "matches", runId: "one", batch }), query: asked };
  assert.deepEqual(csvOf(state).split("\r\n").slice(1, -1), [
    "0,0,20,hash 0,secret 0,ideal",
    "10,1,19,hash 1,secret 1,ideal",
    "20,2,18,hash 2,secret 2,near_miss",
  ]);
  const { matches, ...about } = JSON.parse(jsonOf(state));
  assert.deepEqual(about, {
    desiredName: "doctor",
    idealHammingDistance: 1,
    interestingHammingDistance: 2,
    hashesComputed: "1000",
    idealMatchesFound: 2,
    nearMissesFound: 1,
    kept: 3,
  });
  assert.deepEqual(matches[2], {
    kind: "near_miss",
    candidateIndex: "20",
    hammingDistance: 2,
    matchOffset: 18,
    hashedName: "hash 2",
    secret: "secret 2",
  });
});

test("JSON tells the query, all that was counted, and 64-bit numbers exactly", () => {
  assert.match(jsonOf(flooded), /^\{\n {2}"desiredName": "doctor",\n/, "people can read it");
  const data = JSON.parse(jsonOf(flooded));
  assert.equal(data.desiredName, "doctor");
  assert.equal(data.nearMissesFound, 600);
  assert.equal(data.kept, 500);
  assert.equal(data.matches.length, 500);
  assert.deepEqual(data.matches[1], {
    kind: "near_miss",
    candidateIndex: "9223372036854775809",
    hammingDistance: 2,
    matchOffset: 20,
    hashedName: "FEVc6RB5ZDihKM41HBrDGrPCkqU=",
    secret: "AAcV",
  });
});

test("each type of file holds its own", () => {
  const captions = { bytes: "", becomes: "", wrong: String, emptySecret: "" };
  assert.equal(contentOf(flooded, "csv", captions), csvOf(flooded));
  assert.equal(contentOf(flooded, "json", captions), jsonOf(flooded));
  assert.match(contentOf(flooded, "svg", captions), /^<svg /);
  assert.equal(contentOf(after(stop), "svg", captions), "", "of nothing there is no picture");
});

test("a file is named for what was searched, and a slash makes no folder", () => {
  assert.equal(fileNameOf(named("doctor"), "csv"), "hash-finder-doctor.csv");
  assert.equal(fileNameOf(named("a/b+c="), "json"), "hash-finder-a_b+c=.json");
  assert.equal(fileNameOf(named("../.."), "csv"), "hash-finder-_____.csv");
});
