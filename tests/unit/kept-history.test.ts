import assert from "node:assert/strict";
import { test } from "node:test";
import { isWorthKeeping, listed, maximumSearches } from "../../web/src/kept/bounds.ts";
import { elapsedOf, hashesOf } from "../../web/src/session/figures.ts";
import { type KeptSearch, keepSearch, restoredState } from "../../web/src/session/kept-search.ts";
import { resumeIndex } from "../../web/src/session/resume-index.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { pointsOf, type RateSample, withSample } from "../../web/src/store/rate-samples.ts";
import { after, ended, from, match, progress, reported, stop, unanswered } from "./session-fixtures.ts";

const arrived = { type: "matches", runId: "one", batch: [match(100n), match(250n)] } as const;

/** The search as a page finds it that was opened an hour after the one that wrote it. */
function onNextPage(state: SearchState): SearchState {
  const kept = structuredClone(keepSearch(state, "key", "page"));
  return restoredState({ ...kept, timeOrigin: kept.timeOrigin - 3_600_000 });
}

test("an ended search is the same on the next page, and continues at the same candidate", () => {
  const stopped = after(progress, arrived, stop, reported({ matchesSent: 2n }));
  const restored = onNextPage(stopped);
  assert.equal(restored.kind, "stopped");
  assert.deepEqual(restored.matches, stopped.matches);
  assert.equal(resumeIndex(restored), 4_000n);
  assert.equal(hashesOf(restored), hashesOf(stopped));
  assert.ok(Math.abs(elapsedOf(restored, 0) - elapsedOf(stopped, 0)) < 1);
});

test("a search whose page went away is one whose connection dropped, and is asked for at once", () => {
  const restored = onNextPage(after(progress, arrived));
  assert.equal(restored.kind, "lost");
  assert.ok("asking" in restored && restored.asking.retryAt === undefined);
  const back = from(restored, reported({ matchesSent: 2n }));
  assert.equal(back.kind, "back");
  assert.equal(resumeIndex(back), 4_000n);
  // Matches that came after the last save are not known here: they are found again.
  assert.equal(resumeIndex(from(restored, reported({ matchesSent: 9n }))), 251n);
});

test("the time between two pages is not time spent searching", () => {
  const running = after();
  const startedAt = performance.now() - 5_000;
  const restored = onNextPage({ ...running, run: { ...running.run, startedAt } });
  assert.ok(Math.abs(elapsedOf(restored, performance.now()) - 5_000) < 1_000);
});

test("a stop that was not confirmed yet is still asked for, under the same stop", () => {
  const restored = onNextPage(after(stop, unanswered));
  assert.equal(restored.kind, "unconfirmed");
  assert.ok("asking" in restored && restored.asking.retryAt === undefined);
  assert.equal(from(restored, reported()).kind, "stopped");
});

test("the history lists the latest ended searches, no more than 50", () => {
  const stopped = after(stop, reported());
  const kept = (i: number, state: SearchState): KeptSearch => ({
    ...keepSearch(state, `${i}`, "page"),
    savedAt: i,
  });
  const entries = listed([kept(999, after()), ...Array.from({ length: 80 }, (_, i) => kept(i, stopped))]);
  assert.equal(entries.length, maximumSearches);
  assert.deepEqual([entries[0]?.key, entries.at(-1)?.key], ["79", "30"]);
});

test("a search that was refused is not kept", () => {
  assert.equal(isWorthKeeping(after(ended({ kind: "input", violations: [] }))), false);
  assert.equal(isWorthKeeping(after(ended({ kind: "completed" }))), true);
});

test("the rates of a minute are sampled once a second and drawn from left to right", () => {
  let samples: readonly RateSample[] = [];
  for (let at = 0; at <= 90_000; at += 100) samples = withSample(samples, { at, perSecond: at });
  assert.ok(samples.length === 60 || samples.length === 61);
  assert.ok(samples.every(({ at }) => at > 30_000));
  assert.equal(
    pointsOf(
      [
        { at: 0, perSecond: 5 },
        { at: 30_000, perSecond: 10 },
      ],
      120,
      24,
    ),
    "60.0,12.0 120.0,0.0",
  );
  assert.equal(pointsOf([{ at: 0, perSecond: 0 }], 120, 24), "120.0,24.0");
});
