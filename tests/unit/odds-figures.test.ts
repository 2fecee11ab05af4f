import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { Chance } from "../../client/odds/chance.ts";
import type { HashCredit } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { LimitsSchema } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { chanceByNow, hashesSinceMatch, ladderOf } from "../../web/src/odds/figures.ts";
import { isFlood, isSlowedByListing } from "../../web/src/odds/flood.ts";
import { createKnownRate } from "../../web/src/odds/known-rate.ts";
import { createOdds, type Odds, type Oracle, type Question } from "../../web/src/odds/odds.ts";
import { hashesLeft, hashesOfCredit, hashesWithin } from "../../web/src/odds/within-limits.ts";
import { holdingLimits } from "../../web/src/session/holding-limits.ts";
import { en } from "../../web/src/words/en.ts";
import { formNotesEn } from "../../web/src/words/form-notes-en.ts";
import {
  after,
  ended,
  from,
  match,
  plain,
  progress,
  query,
  reported,
  run,
  stop,
} from "./session-fixtures.ts";

const exactly = (p: number): Chance => ({ low: p, high: p });
/** Odds of which everything is known: ten times as likely with every wrong letter. */
const known: Odds = { chance: (_name, distance) => exactly(1e-6 * 10 ** distance) };

/** An oracle that answers when it is told to. */
function slowOracle() {
  const asked: {
    readonly question: Question;
    readonly answered: (chance: Chance) => void;
    readonly failed: () => void;
  }[] = [];
  const oracle: Oracle = {
    ask(question, answered, failed) {
      asked.push({ question, answered, failed });
    },
  };
  return { asked, ask: oracle.ask };
}

test("a question that failed is asked again after a second", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const oracle = slowOracle();
  const odds = createOdds(oracle, () => odds.chance("go", 0));
  odds.chance("go", 0);
  oracle.asked[0]?.failed();
  odds.chance("go", 0);
  assert.equal(oracle.asked.length, 1);
  t.mock.timers.tick(1_000);
  oracle.asked[1]?.answered(exactly(0.5));
  assert.deepEqual(odds.chance("go", 0), exactly(0.5));
});

test("one question is under way at a time, and names that were typed over are never asked for", () => {
  const oracle = slowOracle();
  let answers = 0;
  const odds = createOdds(oracle, () => answers++);
  for (const name of ["d", "do", "doc", "doct"]) assert.equal(odds.chance(name, 0), undefined);
  assert.deepEqual(
    oracle.asked.map(({ question }) => question.name),
    ["d"],
  );

  oracle.asked[0]?.answered(exactly(0.5));
  assert.equal(answers, 1);
  assert.equal(odds.chance("doct", 0), undefined, "the answer for another name is not taken");
  oracle.asked[1]?.answered(exactly(0.25));
  assert.deepEqual(odds.chance("DOCT", 0), exactly(0.25));
  assert.deepEqual(odds.chance("d", 0), exactly(0.5));
  assert.equal(odds.chance("d", 1), undefined);
  assert.deepEqual(
    oracle.asked.map(({ question }) => question),
    [
      { name: "d", distance: 0 },
      { name: "doct", distance: 0 },
      { name: "d", distance: 1 },
    ],
  );
});

test("the ladder has a rung per distance, with what chance would bring", () => {
  const batch = [match(5n, 1), match(9n, 2), match(11n, 2)];
  const state = after(progress, { type: "matches", runId: "one", batch });
  assert.deepEqual(
    ladderOf(state, known).map(({ distance, found, expected }) => [distance, found, expected?.toFixed(4)]),
    [
      [0, 0, "0.0009"],
      [1, 1, "0.0081"],
      [2, 2, "0.0810"],
    ],
  );
  const unknown = ladderOf(state, { chance: () => undefined });
  assert.deepEqual(
    unknown.map(({ expected }) => expected),
    [undefined, undefined, undefined],
  );
});

test("in a flood, only hashes whose matches arrived are expected to have brought any", () => {
  const batch = Array.from({ length: 500 }, (_, i) => match(BigInt(i), 1));
  const sent = { ...progress, progress: { ...progress.progress, matchesSent: 600n } };
  const flooded = after(sent, { type: "matches", runId: "one", batch });
  const expectedOf = (state: typeof flooded) => ladderOf(state, known)[1]?.expected?.toFixed(4);
  assert.equal(expectedOf(flooded), "0.0045");
  const stopped = from(flooded, stop, reported({ nextIndex: 4_000n, matchesSent: 3_000n }));
  assert.equal(expectedOf(stopped), "0.0045");
  assert.equal(expectedOf(from(flooded, stop, reported({ nextIndex: 4_000n, matchesSent: 500n }))), "0.0360");
});

test("candidates are tried as far as the last match or the server's word, whichever is further", () => {
  const expected = (count: number, last: bigint, report = progress) => {
    const batch = Array.from({ length: count }, (_, i) => match(last - BigInt(count - 1 - i), 1));
    const rung = ladderOf(after(report, { type: "matches", runId: "one", batch }), known)[0];
    return Math.round((rung?.expected ?? 0) * 1e6);
  };
  assert.equal(expected(1, 100n), 900, "the server is at 900");
  assert.equal(expected(1, 2_000n), 2_001, "and this match is known to be further");
  assert.equal(expected(99, 100n), 900);
  assert.equal(expected(100, 100n), 101, "of a hundred matches the last one is the better sign");
  const silent = after({ type: "matches", runId: "one", batch: [match(7n)] });
  assert.equal(Math.round((ladderOf(silent, known)[0]?.expected ?? 0) * 1e6), 8);
  assert.equal(ladderOf(after(), known)[0]?.expected, 0);
});

test("the ladder goes up to the distance that ends the search where that is the further one", () => {
  const state = after(progress);
  const rungs = (wrongAllowed: number, alsoShow: number) =>
    ladderOf({ ...state, query: { ...query, wrongAllowed, alsoShow } }, known).length;
  assert.deepEqual([rungs(3, 0), rungs(1, 4), rungs(0, 0)], [4, 5, 1]);
});

test("a search for its first match has no ladder", () => {
  assert.deepEqual(ladderOf({ ...after(progress), query: { ...query, mode: "first" } }, known), []);
});

test("the chance by now counts from the last match on, near misses aside", () => {
  assert.equal(hashesSinceMatch(after(progress)), 1_000);
  assert.ok(Math.abs((chanceByNow(after(progress), known) ?? 0) - 0.0009995) < 1e-8);
  const batch = [match(400n, 1), match(699n, 0)];
  const next = after(
    { type: "matches", runId: "one", batch },
    ended({ kind: "completed" }),
    { type: "continue", run: run("two", 700n) },
    {
      ...progress,
      runId: "two",
      progress: { nextIndex: 900n, matchesSent: 0n, hashes: 200n, hashesPerSecond: 5 },
    },
  );
  assert.equal(hashesSinceMatch(next), 200);
});

test("the chance by now counts from the latest of the matches that an earlier run ended with", () => {
  const batch = [match(699n, 0), match(300n, 0), match(800n, 1)];
  const begun = after({ type: "matches", runId: "one", batch }, ended({ kind: "completed" }), {
    type: "continue",
    run: run("two", 1_000n),
  });
  assert.equal(
    hashesSinceMatch(begun),
    300,
    "those between the match and where it goes on were tried in vain",
  );
  const inThisRun = { type: "matches", runId: "two", batch: [match(1_000n, 0)] } as const;
  assert.equal(hashesSinceMatch(from(begun, inThisRun)), 300);
  const first = after(
    { type: "matches", runId: "one", batch: [match(0n, 0)] },
    ended({ kind: "completed" }),
    {
      type: "continue",
      run: run("two", 1n),
    },
  );
  assert.equal(hashesSinceMatch(first), 0, "the very first candidate was a match");
});

test("the chance by now counts from the latest match, though a nearer one is listed first", () => {
  const next = after(
    { type: "matches", runId: "one", batch: [match(699n, 0), match(300n, 1)] },
    ended({ kind: "completed" }),
    { type: "continue", run: run("two", 1_000n) },
  );
  assert.equal(hashesSinceMatch({ ...next, query: { ...query, wrongAllowed: 1 } }), 300);
});

test("without a match all hashes count, also those of workers that were further on", () => {
  const next = after(progress, stop, reported({ hashesComputed: 5_000n, nextIndex: 4_000n }), {
    type: "continue",
    run: run("two", 4_000n),
  });
  assert.equal(hashesSinceMatch(next), 5_000);
  assert.deepEqual(
    ladderOf(next, known).map(({ found }) => found),
    [0, 0, 0],
  );
});

test("the latest 2,000 answers are kept", () => {
  const oracle = slowOracle();
  const odds = createOdds(oracle, () => {});
  for (let i = 0; i <= 2_000; i++) {
    odds.chance(`name ${i}`, 0);
    oracle.asked.at(-1)?.answered(exactly(0.5));
  }
  assert.deepEqual(odds.chance("name 1", 0), exactly(0.5));
  assert.deepEqual(odds.chance("name 2000", 0), exactly(0.5));
  assert.equal(oracle.asked.length, 2_001);
  assert.equal(odds.chance("name 0", 0), undefined);
  assert.equal(oracle.asked.length, 2_002);
});

test("a chance that is not known yet is left out of the words", () => {
  assert.equal(chanceByNow(after(progress), { chance: () => undefined }), undefined);
  assert.equal(en.state.budget(10_000_000n, undefined), "Budget spent: 10,000,000 hashes.");
});

test("the rate is the server's while it works, and what it was when it last did", () => {
  const rateAfter = createKnownRate();
  const sample = (atMs: number, workersBusy: number, hashesPerSecond: number) =>
    rateAfter({ atMs, workersBusy, hashesPerSecond, expectedHashesPerSecond: 0 });
  assert.equal(sample(0, 0, 0), undefined);
  assert.equal(sample(100, 2, 0), undefined);
  assert.equal(sample(200, 2, 4e6), 4e6);
  assert.equal(sample(1_100, 2, 8e6), 8e6);
  assert.equal(sample(1_200, 0, 0), 8e6, "an idle server's rate is 0");
  assert.equal(sample(9_000, 2, 1e6), 8e6, "the first figures of new work are of less than a second");
  assert.equal(sample(10_000, 2, 6e6), 6e6);
  assert.equal(sample(10_100, 2, 6.5e6), 6e6, "it stands still while the figure wavers");
  assert.equal(sample(10_200, 2, 6.7e6), 6.7e6);
});

test("the rate is what the server expects of itself until steady work or more is seen", () => {
  const rateAfter = createKnownRate();
  const sample = (atMs: number, workersBusy: number, hashesPerSecond: number) =>
    rateAfter({ atMs, workersBusy, hashesPerSecond, expectedHashesPerSecond: 9e6 });
  assert.equal(sample(0, 0, 0), 9e6);
  assert.equal(sample(100, 2, 4e6), 9e6, "it is not known yet how steady that is");
  assert.equal(sample(1_100, 2, 12e6), 12e6);
  assert.equal(sample(2_100, 2, 8e6), 8e6);
  assert.equal(sample(3_000, 0, 0), 8e6);
});

test("a flood is more than a thousand matches a second of a search that goes on", () => {
  assert.ok(isFlood(3e-4, 2e-8, 12e6));
  assert.ok(!isFlood(3e-4, 2e-8, 1e6));
  assert.ok(isFlood(1.26e-2, 2e-8, undefined));
  assert.ok(!isFlood(0.83, 2.6e-2, 12e6), "it ends after 38 hashes");
  assert.ok(!isFlood(1e-3, 1e-9, 1e6) && !isFlood(1e-3, 1e-9, undefined), "a thousand are none");
  assert.ok(isFlood(1.001e-3, 1e-9, 1e6) && isFlood(1.001e-3, 1e-9, undefined));
  assert.ok(!isFlood(0.5, 0.5e-3, 12e6) && isFlood(0.5, 0.499e-3, 12e6));
});

const { odds: words } = en;
const year = 365.25 * 86_400_000;

test("the odds have their exact words", () => {
  const said = [
    [words.line(1.9558e-8, undefined), "About 1 in 51 million hashes."],
    [words.line(1.9558e-8, 42.6e6), "About 1 in 51 million hashes; here about every 1.2 s."],
    [words.line(2.606e-2, 12e6), "About 1 in 38.4 hashes; here about 313,000 times a second."],
    [words.line(0.83115, undefined), "About 1 in 1.2 hashes."],
    [words.line(1, undefined), "Every hash matches."],
    [words.line(1e-40, 12e6), "About 1 in 10⁴⁰ hashes; here less than once in 1 trillion years."],
    [words.chance(0.5512), "55 %"],
    [words.chance(0.00001), "less than 0.1 %"],
    [words.chance(0.99999), "more than 99.9 %"],
    [words.chance(1), "more than 99.9 %"],
    [words.chance(0), "0 %"],
    [words.next(0.75, 4_100), "75 % after another 4.1 s"],
    [words.next(0.5, 125_000), "50 % after another 2 min 5 s"],
    [words.next(0.5, 3 * 3_600_000), "50 % after another 3 hours"],
    [words.next(0.5, 1e30 * year), "50 % after more than 1 trillion years"],
    [words.average(4_200), "On average one match every 4.2 s."],
    [words.average(1e30 * year), "On average less than one match in 1 trillion years."],
    [words.average(2.5e6 * year), "On average one match every 2.5 million years."],
    [words.expected(0.8), "0.8"],
    [words.expected(154.4), "154.4"],
    [words.expected(0.001), "<0.1"],
    [words.expected(undefined), "…"],
    [
      en.state.budget(10_000_000n, 0.1776),
      "Budget spent: 10,000,000 hashes. The chance of a match by then was 17.8 %.",
    ],
  ];
  for (const [actual = "", expected] of said) assert.equal(plain(actual), expected);
  assert.equal(
    formNotesEn.credit(412_000n, 5_000_000_000n, 20_000_000n),
    "You have 412,000 of 5 billion hashes left. Each second brings back 20 million.",
  );
  assert.match(formNotesEn.flood(2, 2.985e-4, 43.5e6), /with up to 2 wrong, about 13,000 a second\./);
});

test("a flood that listing slows down promises no number a second", () => {
  assert.ok(!isSlowedByListing(2.985e-4, 43.5e6), "13,000 a second can be listed");
  assert.ok(isSlowedByListing(0.8, 92e6), "73 million cannot");
  assert.ok(isSlowedByListing(0.08, undefined) && !isSlowedByListing(0.07, undefined));
  assert.doesNotMatch(formNotesEn.floodSlows(10, 0.8), /a second/);
});

test("of a person's limits and the server's the smaller ones hold", () => {
  const server = create(LimitsSchema, {
    maximumHashes: 5_000_000_000n,
    maximumTime: durationFromMs(120_000),
  });
  const none = create(LimitsSchema, {});
  const own = { maximumHashes: 7_000n, timeLimitMs: 500_000 };
  const nothing = { maximumHashes: 0n, timeLimitMs: undefined };
  assert.deepEqual(holdingLimits(own, server), { hashes: 7_000n, ms: 120_000 });
  assert.deepEqual(holdingLimits(own, none), { hashes: 7_000n, ms: 500_000 });
  assert.deepEqual(holdingLimits(nothing, server), { hashes: 5_000_000_000n, ms: 120_000 });
  // What is left of a credit holds where it is less, also when it is nothing.
  assert.deepEqual(holdingLimits(nothing, server, 3_000n), { hashes: 3_000n, ms: 120_000 });
  assert.equal(holdingLimits(own, none, 9_000n).hashes, 7_000n);
  assert.equal(holdingLimits(nothing, server, 0n).hashes, 0n);
  assert.deepEqual(holdingLimits(nothing, none), { hashes: undefined, ms: undefined });
  assert.deepEqual(holdingLimits(nothing, undefined), { hashes: undefined, ms: undefined });
});

test("a time limit is one of hashes at a known speed, and the sooner one ends the search", () => {
  const limits = { hashes: 5_000_000_000n, ms: 120_000 };
  assert.equal(hashesWithin(limits, 60e6), 5e9);
  assert.equal(hashesWithin(limits, 10e6), 1.2e9);
  assert.equal(hashesWithin(limits, undefined), undefined, "which one is sooner is not known");
  assert.equal(hashesWithin({ ...limits, ms: undefined }, undefined), 5e9);
  assert.equal(hashesWithin({ hashes: undefined, ms: undefined }, 10e6), undefined);
});

test("what the limits leave shrinks with the run, and begins anew when it is continued", () => {
  const limits = { hashes: 4_000n, ms: 8_000 };
  const running = after(progress);
  assert.equal(hashesLeft(running, limits, 1_500), 3_000, "1,000 of 4,000 hashes are spent");
  assert.equal(hashesLeft(running, limits, 8_000), 500, "there is time for 1 s at 500 a second");
  assert.equal(hashesLeft(running, limits, 20_000), 0);
  assert.equal(hashesLeft(running, { hashes: 10n, ms: undefined }, 1_500), 0);
  const next = from(running, ended({ kind: "budget", report: undefined }), {
    type: "continue",
    run: run("two", 900n),
  });
  assert.equal(
    hashesLeft(from(next, { ...progress, runId: "two" }), { hashes: 4_000n, ms: undefined }, 0),
    3_000,
  );
});

test("the chance within the limits has its exact words, with what more would take", () => {
  const limits = { hashes: 5_000_000_000n, ms: 120_000 };
  const said = [
    [
      words.within(limits, 0.003, 0.5, 1.15e12, 92e6),
      "Chance within the limits (5 billion hashes, 2 min): 0.3 %. For 50 % it takes 1.2 trillion hashes, about 3.5 hours.",
    ],
    [
      words.within({ hashes: 50_000n, ms: undefined }, 0.9, 0.95, 65_000, undefined),
      "Chance within the limits (50,000 hashes): 90 %. For 95 % it takes 65,000 hashes.",
    ],
    [
      words.within(limits, 0.9999, undefined, undefined, 92e6),
      "Chance within the limits (5 billion hashes, 2 min): more than 99.9 %.",
    ],
    [words.atLimit(0.003, 80_000), "0.3 % at the limit, in 1 min 20 s"],
    [en.form.hashesHint(5_000n, true), "More than the server gives: it stops at 5,000."],
    [en.form.timeHint(120_000, true), "More than the server gives: it stops after 2 min."],
    [en.form.hashesHint(5_000n, false), "The server's: 5,000"],
    [en.form.timeHint(120_000, false), "The server's: 2 min"],
  ];
  for (const [actual = "", expected] of said) assert.equal(plain(actual), expected);
});

test("a credit gives a search what is left, what comes back meanwhile, and not what others of the person use", () => {
  const credit = { left: 100n, perSecond: 10n } as HashCredit;
  assert.equal(hashesOfCredit(credit, { own: 20, all: 20 }), 200);
  assert.equal(hashesOfCredit(credit, { own: 20, all: 60 }), 40);
  assert.equal(hashesOfCredit(credit, { own: 10, all: 10 }), undefined, "it fills as fast");
  assert.equal(hashesOfCredit({ ...credit, perSecond: 0n }, { own: 20, all: 20 }), 100);
});
