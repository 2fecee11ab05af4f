import assert from "node:assert/strict";
import { test } from "node:test";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { addMatches, maximumKept, noMatches } from "../../web/src/session/matches.ts";
import { resumeIndex } from "../../web/src/session/resume-index.ts";
import { uuidFrom } from "../../web/src/session/search-id.ts";
import { startedState } from "../../web/src/session/transition.ts";
import {
  after,
  ended,
  from,
  match,
  progress,
  query,
  reported,
  run,
  stop,
  unknown,
} from "./session-fixtures.ts";

const arrived = { type: "matches", runId: "one", batch: [match(100n), match(250n)] } as const;

test("when every match arrived, a search continues where the server says", () => {
  assert.equal(resumeIndex(after(arrived, stop, reported({ matchesSent: 2n }))), 4_000n);
});

test("when matches were on their way, a search continues after the last one that arrived", () => {
  assert.equal(resumeIndex(after(arrived, stop, reported({ matchesSent: 5n }))), 251n);
  assert.equal(resumeIndex(after(stop, reported({ matchesSent: 5n }))), 0n);
});

test("the first match that was found but did not arrive is found again", () => {
  const first = startedState({ ...query, mode: "first" }, run("one", 10n));
  const unseen = from(first, stop, reported({ ending: Ending.FOUND, nextIndex: 500n, matchesSent: 1n }));
  assert.equal(unseen.kind, "found-unseen");
  assert.equal(resumeIndex(unseen), 499n);
});

test("without a report, near misses continue after the last one and a first match at the last progress", () => {
  assert.equal(resumeIndex(after(progress, arrived, stop, unknown)), 251n);
  const first = startedState({ ...query, mode: "first" }, run("one"));
  assert.equal(resumeIndex(from(first, progress, ended({ kind: "lost" }), unknown)), 900n);
});

test("the best 500 matches are kept in order, all are counted", () => {
  const batch = Array.from({ length: 800 }, (_, i) => match(BigInt(i), 3));
  const flooded = addMatches(noMatches, batch);
  assert.equal(flooded.count, 800);
  assert.equal(flooded.kept.length, maximumKept);

  const worse = addMatches(flooded, [match(9_000n, 3)]);
  assert.equal(worse.count, 801);
  assert.equal(worse.kept, flooded.kept);

  const better = addMatches(worse, [match(9_001n, 1)]);
  assert.equal(better.kept[0]?.index, 9_001n);
  assert.deepEqual(better.byDistance, [0, 1, 0, 801]);
  assert.equal(better.kept.length, maximumKept);
});

test("without crypto.randomUUID a search id is a version 4 UUID all the same", () => {
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => 255 - i);
  assert.equal(uuidFrom(bytes), "fffefdfc-fbfa-49f8-b7f6-f5f4f3f2f1f0");
});
