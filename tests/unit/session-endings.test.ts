import assert from "node:assert/strict";
import { test } from "node:test";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { elapsedOf, hashesOf } from "../../web/src/session/figures.ts";
import type { SearchEvent } from "../../web/src/session/search-event.ts";
import { isActive, type SearchState } from "../../web/src/session/search-state.ts";
import { startedState } from "../../web/src/session/transition.ts";
import {
  after,
  answer,
  ended,
  from,
  match,
  progress,
  query,
  report,
  reported,
  run,
  stop,
  unanswered,
  unknown,
} from "./session-fixtures.ts";

const ideal = { type: "matches", runId: "one", batch: [match(41_943n, 0)] } as const satisfies SearchEvent;

test("a completed search is found, with its position among the candidates", () => {
  const state = after(progress, ideal, ended({ kind: "completed" }));
  assert.equal(state.kind, "found");
  assert.equal(hashesOf(state), 41_944n);
  assert.equal(elapsedOf(state, 99_999), 2_000);
});

test("a search is found by any match with no more wrong letters than it allows", () => {
  const ofDistance = (distance: number) =>
    from(
      startedState({ ...query, wrongAllowed: 1 }, run("one")),
      { ...ideal, batch: [match(3n, distance)] },
      ended({ kind: "completed" }),
    ).kind;
  assert.deepEqual([0, 1, 2].map(ofDistance), ["found", "found", "exhausted"]);
});

test("the report that comes with an outcome is kept, and the time to wait", () => {
  const told = report();
  const proven = report({ ending: Ending.DEADLINE });
  const leaving = after(ended({ kind: "shutdown", retryAfterMs: 5_000, report: told }));
  assert.ok(leaving.kind === "shutdown" && leaving.retryAfterMs === 5_000);
  assert.equal(leaving.report, told);
  for (const kind of ["budget", "exhausted", "failure"] as const) {
    assert.equal(after(ended({ kind, report: told })).report, told, kind);
  }
  assert.equal(after(ended({ kind: "deadline", report: proven })).report, proven);
  const busy = after(ended({ kind: "busy", retryAfterMs: 7, ofClient: true }));
  assert.ok(busy.kind === "refused-busy" && busy.retryAfterMs === 7 && busy.ofClient);
});

test("a stream that completes without an ideal match has tried every candidate", () => {
  assert.equal(after(ended({ kind: "completed" })).kind, "exhausted");
});

test("every outcome of a call has its state", () => {
  const endings = {
    budget: after(ended({ kind: "budget", report: report({ ending: Ending.BUDGET }) })),
    "timed-out": after(ended({ kind: "deadline", report: report({ ending: Ending.DEADLINE }) })),
    "timing-out": after(ended({ kind: "deadline", report: undefined })),
    shutdown: after(ended({ kind: "shutdown", retryAfterMs: 5_000, report: report() })),
    exhausted: after(ended({ kind: "exhausted", report: undefined })),
    lost: after(ended({ kind: "lost" })),
    failed: after(ended({ kind: "failure", report: undefined })),
    "refused-busy": after(ended({ kind: "busy", retryAfterMs: 20_000, ofClient: false })),
    "refused-input": after(ended({ kind: "input", violations: [] })),
  };
  for (const [kind, state] of Object.entries(endings)) {
    assert.equal(state.kind, kind);
    assert.equal(isActive(state), kind === "lost" || kind === "timing-out", kind);
  }
});

test("a cancel that nobody here asked for is a lost connection", () => {
  assert.equal(after(ended({ kind: "cancelled" })).kind, "lost");
});

test("a time limit that the browser saw first is confirmed by a report of a cancel", () => {
  const state = after(ended({ kind: "deadline", report: undefined }), reported({ ending: Ending.CANCELLED }));
  assert.equal(state.kind, "timed-out");
});

test("a lost connection is asked about with growing pauses until the server answers", () => {
  const lost = after(progress, ended({ kind: "lost" }));
  assert.ok(lost.kind === "lost");
  assert.deepEqual(lost.asking, { attempt: 0, retryAt: 4_000 });
  assert.equal(from(lost, unanswered, unanswered).kind, "lost");
  assert.equal(from(lost, reported()).kind, "back");
  assert.equal(from(lost, reported({ ending: Ending.FOUND })).kind, "found-unseen");
  assert.equal(from(lost, unknown).kind, "forgotten");
  assert.equal(from(lost, answer(unknown.answer, { serverInstance: "B" })).kind, "restarted");
});

test("continuing adds up hashes and time, and keeps the matches", () => {
  const near = { type: "matches", runId: "one", batch: [match(5n)] } as const;
  const spent = after(near, ended({ kind: "budget", report: report({ ending: Ending.BUDGET }) }));
  const state = from(spent, { type: "continue", run: { ...run("two", 4_000n), startedAt: 10_000 } });
  assert.equal(state.kind, "running");
  assert.equal(state.report, undefined);
  assert.equal(state.matches.count, 1);
  assert.equal(hashesOf(state), 5_000n);
  assert.equal(elapsedOf(state, 10_500), 2_500);
});

test("a match of a continued run is counted from where that run began, after what ran before", () => {
  const spent = after(ended({ kind: "budget", report: report({ ending: Ending.BUDGET }) }));
  const next = { type: "continue", run: { ...run("two", 4_000n), startedAt: 10_000 } } as const;
  const found = from(
    spent,
    next,
    { ...progress, runId: "two" },
    { ...ideal, runId: "two" },
    ended({ kind: "completed" }, "two"),
  );
  assert.equal(found.kind, "found");
  assert.equal(hashesOf(found), 5_000n + 41_944n - 4_000n);
});

test("a search that was found without its match, or is still on its way, has what it has told", () => {
  assert.equal(hashesOf(after(progress, ideal)), 1_000n, "it still runs");
  assert.equal(hashesOf({ ...after(progress), kind: "found" } as SearchState), 1_000n);
  assert.equal(hashesOf(after()), 0n);
});

test("time never runs backwards, and stands still while a search waits to be sent or was never sent", () => {
  assert.equal(elapsedOf(after(), 900), 0, "the clock that is shown may be older than the run");
  const again = { type: "continue", run: { ...run("two"), startedAt: 10_000 } } as const;
  const queued = from(after(ended({ kind: "completed" })), again, { type: "queued", runId: "two" });
  assert.equal(elapsedOf(queued, 99_999), 2_000);
  const withdrawn = from(queued, { ...stop, runId: "two", stop: { reason: "Esc", at: 50_000 } });
  assert.equal(withdrawn.kind, "withdrawn");
  assert.equal(elapsedOf(withdrawn, 99_999), 2_000);
});

test("a running search is not continued", () => {
  const state = after(progress);
  assert.equal(from(state, { type: "continue", run: run("two") }), state);
});
