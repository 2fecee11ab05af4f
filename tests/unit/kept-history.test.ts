import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { isWorthKeeping, listed, maximumSearches, mayBeDropped } from "../../web/src/kept/bounds.ts";
import { elapsedOf, hashesOf } from "../../web/src/session/figures.ts";
import { type KeptSearch, keepSearch, restoredState } from "../../web/src/session/kept-search.ts";
import { resumeIndex } from "../../web/src/session/resume-index.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { isCurve, pointsOf, type RateSample, withSample } from "../../web/src/store/rate-samples.ts";
import {
  after,
  ended,
  from,
  match,
  progress,
  reported,
  run,
  stop,
  unanswered,
  unknown,
} from "./session-fixtures.ts";

const arrived = { type: "matches", runId: "one", batch: [match(100n), match(250n)] } as const;

/** The search as a page finds it that was opened an hour after the one that wrote it. */
function onNextPage(state: SearchState): SearchState {
  const kept = structuredClone(keepSearch(state, "key", "page"));
  return restoredState({ ...kept, timeOrigin: kept.timeOrigin - 3_600_000 });
}

/** Sets both clocks of a page: the time since 1970, and since the page was opened. */
function clocksAt(t: TestContext, sinceEpoch: number, sinceOpened: number): void {
  t.mock.restoreAll();
  t.mock.method(Date, "now", () => sinceEpoch);
  t.mock.method(performance, "now", () => sinceOpened);
}

test("every time of a search is moved to the clock of the next page", (t) => {
  clocksAt(t, 1_000_000, 5_000);
  const [stopping, over, running] = [after(stop), after(stop, reported()), after(progress)].map((state) =>
    keepSearch(state, "key", "page"),
  );
  assert.ok(stopping && over && running);
  assert.deepEqual([over.savedAt, over.timeOrigin, over.owner, over.key], [997_000, 995_000, "page", "key"]);
  assert.equal(running.savedAt, 1_000_000, "one that has not ended is of the moment it was written");
  // This page was opened 1,004,700 ms after the other.
  clocksAt(t, 2_000_000, 300);
  const timesOf = (kept: KeptSearch) => {
    const state = restoredState(kept);
    const { startedAt } = state.run;
    return [state.kind, startedAt, state.endedAt, ...("stop" in state ? [state.stop.at] : [])];
  };
  assert.deepEqual(timesOf(stopping), ["stopping", -1_003_700, -1_002_700, -1_002_700]);
  assert.deepEqual(timesOf(over), ["stopped", -1_003_700, -1_002_700, -1_002_700]);
  assert.deepEqual(timesOf(running), ["lost", -1_003_700, -999_700], "it ran until it was written");
});

test("an ended search is the same on the next page, and continues at the same candidate", () => {
  const stopped = after(progress, arrived, stop, reported({ matchesSent: 2n }));
  const restored = onNextPage(stopped);
  assert.equal(restored.kind, "stopped");
  assert.deepEqual(restored.matches, stopped.matches);
  assert.equal(resumeIndex(restored), 4_000n);
  assert.equal(hashesOf(restored), hashesOf(stopped));
  assert.ok(Math.abs(elapsedOf(restored, 0) - elapsedOf(stopped, 0)) < 1);
  assert.deepEqual(Object.keys(restored).sort(), Object.keys(stopped).sort(), "nothing is asked about it");
});

test("a search that waited for a connection is asked for like any other, and has not run", (t) => {
  clocksAt(t, 1_000_000, 90_000);
  const again = { type: "continue", run: { ...run("two", 4_000n), startedAt: 80_000 } } as const;
  const waiting = after(progress, stop, reported(), again, { type: "queued", runId: "two" });
  assert.equal(waiting.kind, "queued");
  const restored = onNextPage(waiting);
  assert.equal(restored.kind, "lost");
  assert.equal(elapsedOf(restored, 99_999), 1_000, "only its first run took time");
  const forgotten = from(restored, { ...unknown, runId: "two" });
  assert.equal(forgotten.kind, "forgotten");
  assert.equal(resumeIndex(forgotten), 4_000n);
});

test("a search whose page went away is asked for at once, and goes on at the first candidate that was not tried", () => {
  const restored = onNextPage(after(progress, arrived));
  assert.equal(restored.kind, "lost");
  assert.ok("asking" in restored && restored.asking.retryAt === undefined);
  const back = from(restored, reported({ matchesSent: 2n }));
  assert.equal(back.kind, "back");
  assert.equal(resumeIndex(back), 4_000n);
  assert.ok(back.kind === "back" && back.pageLeft, "what happened is that the page was left");
  // Matches that came after the last save are not known here: they are found again.
  assert.equal(resumeIndex(from(restored, reported({ matchesSent: 9n }))), 900n);
});

test("a call that broke as the page was left went with it, one that had broken before did not", () => {
  const lost = after(progress, ended({ kind: "lost" }));
  const asked = from(lost, { type: "asking", runId: "one" }, unanswered);
  for (const [state, left] of [
    [lost, true],
    [asked, undefined],
  ] as const) {
    const restored = onNextPage(state);
    assert.ok(restored.kind === "lost" && restored.pageLeft === left);
    assert.equal(from(restored, reported()).kind === "back", true);
  }
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
  const eighty = Array.from({ length: 80 }, (_, i) => kept(i, stopped));
  const entries = listed([kept(999, after()), ...eighty]);
  assert.equal(entries.length, maximumSearches);
  assert.deepEqual([entries[0]?.key, entries.at(-1)?.key], ["79", "30"]);
});

test("a search that was refused is not kept", () => {
  assert.equal(isWorthKeeping(after(ended({ kind: "input", violations: [] }))), false);
  assert.equal(
    isWorthKeeping(after(ended({ kind: "busy", retryAfterMs: undefined, ofClient: false }))),
    false,
  );
  for (const state of [after(), after(stop), after(ended({ kind: "completed" }))]) {
    assert.equal(isWorthKeeping(state), true);
  }
});

test("only a search that has ended may go for later ones", () => {
  const mayGo = (state: SearchState) => mayBeDropped(keepSearch(state, "key", "page"));
  assert.equal(mayGo(after(stop, reported())), true);
  for (const state of [after(), after(stop), after(ended({ kind: "lost" }))])
    assert.equal(mayGo(state), false);
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
  assert.equal(pointsOf([{ at: 0, perSecond: 1 }], 120, 24), "120.0,0.0");
  assert.equal(pointsOf([], 120, 24), "");
  const minute = [0, 1_000, 1_999].map((at) => ({ at, perSecond: 1 }));
  const kept = (at: number) => withSample(minute, { at, perSecond: 1 }).map((sample) => sample.at);
  assert.deepEqual(kept(2_000), [0, 1_000, 1_999, 2_000]);
  assert.deepEqual(kept(1_999), [0, 1_999], "of a second the latest is kept");
  assert.deepEqual(kept(60_000), [1_000, 1_999, 60_000], "and nothing of a minute ago");
});

test("a rate is drawn as a curve once it goes ten seconds back: its first rise alone reads as a tick", () => {
  const samples = (seconds: number) =>
    Array.from({ length: seconds + 1 }, (_, i) => ({ at: i * 1_000, perSecond: i }));
  assert.equal(isCurve([]), false);
  assert.equal(isCurve(samples(1)), false);
  assert.equal(isCurve(samples(9)), false);
  assert.equal(isCurve(samples(10)), true);
});
