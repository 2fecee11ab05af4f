import assert from "node:assert/strict";
import { test } from "node:test";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { addMatches, maximumKept, noMatches } from "../../web/src/session/matches.ts";
import { resumeIndex } from "../../web/src/session/resume-index.ts";
import { newSearchId, uuidFrom } from "../../web/src/session/search-id.ts";
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

test("matches that arrived in several batches are all counted as arrived", () => {
  const more = { ...arrived, batch: [match(300n)] };
  assert.equal(resumeIndex(after(arrived, more, stop, reported({ matchesSent: 3n }))), 4_000n);
  assert.equal(resumeIndex(after(arrived, more, stop, reported({ matchesSent: 4n }))), 301n);
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

test("without a report, a search goes on where the server last said, once that many matches have arrived", () => {
  const told = (matchesSent: bigint, nextIndex = 900n) =>
    ({ ...progress, progress: { ...progress.progress, nextIndex, matchesSent } }) as const;
  assert.equal(resumeIndex(after(arrived, told(2n), ended({ kind: "lost" }), unknown)), 900n);
  assert.equal(
    resumeIndex(after(told(2n), arrived, ended({ kind: "lost" }), unknown)),
    900n,
    "they came later",
  );
  assert.equal(
    resumeIndex(after(arrived, told(3n), ended({ kind: "lost" }), unknown)),
    251n,
    "one is on its way",
  );
  assert.equal(
    resumeIndex(after(arrived, told(2n), told(3n, 7_000n), ended({ kind: "lost" }), unknown)),
    900n,
  );
  const lastWord = after(arrived, told(2n), stop, told(2n, 950n), reported({ matchesSent: 9n }));
  assert.equal(resumeIndex(lastWord), 950n, "also while the report is asked for, and when it does not help");
  assert.equal(resumeIndex(after(told(0n), arrived, stop, reported({ matchesSent: 9n }))), 900n);
});

test("without a report, a search for its first match goes on at the last progress", () => {
  const first = startedState({ ...query, mode: "first" }, run("one"));
  assert.equal(resumeIndex(from(first, progress, ended({ kind: "lost" }), unknown)), 900n);
});

test("a first match that is found again is never before the run's start", () => {
  const first = startedState({ ...query, mode: "first" }, run("one", 10n));
  const early = { nextIndex: 0n, matchesSent: 0n, hashes: 0n, hashesPerSecond: 0 };
  assert.equal(
    resumeIndex(from(first, { ...progress, progress: early }, ended({ kind: "lost" }), unknown)),
    10n,
  );
  assert.equal(resumeIndex(from(first, stop, reported({ nextIndex: 4n }))), 10n);
  assert.equal(resumeIndex(from(first, stop, reported({ nextIndex: 10n, matchesSent: 1n }))), 10n);
});

test("a search for its first match goes on where the report says when it sent none", () => {
  const first = startedState({ ...query, mode: "first" }, run("one", 10n));
  assert.equal(resumeIndex(from(first, progress, stop, reported({ matchesSent: 0n }))), 4_000n);
  const found = { type: "matches", runId: "one", batch: [match(41n, 0)] } as const;
  assert.equal(resumeIndex(from(first, found, ended({ kind: "completed" }))), 42n);
  assert.equal(resumeIndex(from(first, ended({ kind: "lost" }), unknown)), 10n, "nothing is known of it");
});

test("a first match that the report names is found again, however far the last progress was", () => {
  const first = startedState({ ...query, mode: "first" }, run("one", 10n));
  assert.equal(resumeIndex(from(first, progress, stop, reported({ matchesSent: 1n }))), 3_999n);
});

test("near misses that did not arrive are found again, also behind a first match that did", () => {
  assert.equal(resumeIndex(after(arrived, stop, reported({ nextIndex: 500n, matchesSent: 3n }))), 251n);
});

test("matches are in the order of their distance, then of their candidates", () => {
  const given = [match(9n, 2), match(3n, 1), match(4n, 2), match(1n, 2), match(7n, 0), match(2n, 1)];
  const { kept, byDistance } = addMatches(addMatches(noMatches, given.slice(0, 3)), given.slice(3));
  assert.deepEqual(
    kept.map(({ distance, index }) => `${distance} ${index}`),
    ["0 7", "1 2", "1 3", "2 1", "2 4", "2 9"],
  );
  assert.deepEqual(byDistance, [1, 2, 3]);
});

test("a match that is as bad as the worst takes its place only if it is an earlier candidate", () => {
  const flooded = addMatches(
    noMatches,
    Array.from({ length: maximumKept }, (_, i) => match(BigInt(i + 10), 3)),
  );
  const indexes = ({ kept }: typeof flooded) => kept.map(({ index }) => index);
  assert.equal(addMatches(flooded, [match(510n, 3)]).kept, flooded.kept);
  assert.equal(addMatches(flooded, [match(509n, 3)]).kept, flooded.kept, "it is the worst itself");
  const spread = addMatches(
    noMatches,
    Array.from({ length: maximumKept }, (_, i) => match(BigInt(2 * i), 3)),
  );
  const near = addMatches(spread, [match(BigInt(2 * maximumKept - 3), 3)]);
  assert.deepEqual(
    near.kept.slice(-2).map(({ index }) => index),
    [BigInt(2 * maximumKept - 4), BigInt(2 * maximumKept - 3)],
    "only the worst had to go",
  );
  assert.deepEqual(indexes(addMatches(flooded, [match(9n, 3)])), [9n, ...indexes(flooded).slice(0, -1)]);
  assert.equal(addMatches(flooded, [match(9n, 4)]).kept, flooded.kept);
  const few = addMatches(noMatches, [match(1n, 1)]);
  assert.equal(addMatches(few, [match(2n, 9)]).kept.length, 2, "while there is room, every match is kept");
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

test("the bits that say version and variant are the only ones that are not random", () => {
  assert.equal(uuidFrom(new Uint8Array(16)), "00000000-0000-4000-8000-000000000000");
  assert.equal(uuidFrom(new Uint8Array(16).fill(255)), "ffffffff-ffff-4fff-bfff-ffffffffffff");
});

test("a search id is random, with crypto.randomUUID and without", (t) => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  t.mock.method(crypto, "randomUUID", () => "the browser's own");
  assert.equal(newSearchId(), "the browser's own");
  // As over plain HTTP from another machine.
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true, writable: true });
  const ids = [newSearchId(), newSearchId()];
  assert.notEqual(ids[0], ids[1]);
  for (const id of ids) assert.match(id, uuid);
});

test("without crypto.randomUUID a search id is a version 4 UUID all the same", () => {
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => 255 - i);
  assert.equal(uuidFrom(bytes), "fffefdfc-fbfa-49f8-b7f6-f5f4f3f2f1f0");
});
