import assert from "node:assert/strict";
import { test } from "node:test";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { startedState } from "../../web/src/session/transition.ts";
import {
  after,
  answer,
  ended,
  from,
  match,
  openReport,
  progress,
  query,
  reported,
  run,
  stop,
  unanswered,
  unknown,
} from "./session-fixtures.ts";

test("a stop is not called stopped before the server's word", () => {
  assert.equal(after(stop).kind, "stopping");
  assert.equal(after(stop, ended({ kind: "cancelled" })).kind, "stopping");
});

test("only a report in which every worker is idle says stopped", () => {
  const state = after(progress, stop, reported());
  assert.equal(state.kind, "stopped");
  assert.ok(state.kind === "stopped");
  assert.equal(state.confirmedInMs, 12);
  assert.equal(state.report.nextIndex, 4_000n);

  assert.equal(after(stop, reported({ workersIdle: 1 })).kind, "lapsed");
  assert.equal(after(stop, reported({ workersIdle: 1 }), reported()).kind, "lapsed", "a report is final");

  const usedWorkers = [{ thread: 1, idle: true }, { thread: 2 }];
  assert.equal(after(stop, reported({ usedWorkers })).kind, "lapsed", "whatever the counts say");
  assert.equal(after(stop, reported({ usedWorkers: usedWorkers.slice(0, 1) })).kind, "stopped");
});

test("a stop that nobody answers is not confirmed, however often it is asked", () => {
  const state = after(stop, unanswered);
  assert.ok(state.kind === "unconfirmed");
  assert.deepEqual(state.asking, { isRepeated: true, retryAt: 5_000 });

  const again = from(state, { type: "asking", runId: "one" });
  assert.ok(again.kind === "unconfirmed");
  assert.equal(again.asking.retryAt, undefined);
  assert.equal(from(again, unanswered, unanswered).kind, "unconfirmed");
  assert.equal(from(again, reported()).kind, "stopped");
});

test("a stop before the server began is said as such", () => {
  assert.equal(after(stop, unknown).kind, "not-started");
});

test("a stop after the end changes nothing", () => {
  const state = after(ended({ kind: "budget", report: undefined }));
  assert.equal(from(state, stop), state);
});

test("a second stop keeps the first one's reason and time", () => {
  const state = after(stop);
  assert.equal(from(state, { ...stop, stop: { reason: "Stop all", at: 2_500 } }), state);
});

test("a stop that comes after the search's own end shows that end", () => {
  assert.equal(after(stop, reported({ ending: Ending.FOUND })).kind, "found-unseen");
  assert.equal(after(stop, reported({ ending: Ending.BUDGET })).kind, "budget");
  assert.equal(after(stop, reported({ ending: Ending.DEADLINE })).kind, "timed-out");
  assert.equal(after(stop, reported({ ending: Ending.SHUTDOWN })).kind, "shutdown");
  assert.equal(after(stop, reported({ ending: Ending.SPACE_EXHAUSTED })).kind, "exhausted");
  assert.equal(after(stop, reported({ ending: Ending.FAILURE })).kind, "failed");
});

test("a server that restarted after the stop is recognised by its instance", () => {
  const restarted = answer({ kind: "unknown", serverInstance: undefined }, { serverInstance: "B" });
  assert.equal(after(stop, restarted).kind, "restarted");
  const told = answer({ kind: "unknown", serverInstance: "B" }, { serverInstance: undefined });
  assert.equal(after(stop, told).kind, "restarted");
});

test("the same server that no longer knows a search it had begun is not called restarted", () => {
  assert.equal(after(progress, stop, unknown).kind, "forgotten");
});

test("without an instance to compare, a search that had begun and is unknown means a restart", () => {
  const state = after(progress, stop, { ...unknown, serverInstance: undefined });
  assert.equal(state.kind, "restarted");
});

test("what the server computes is shown until its workers are idle, and not after", () => {
  const more = { ...progress, progress: { ...progress.progress, hashes: 1_700n } };
  assert.equal(after(progress, stop, more).progress?.hashes, 1_700n);
  assert.equal(after(progress, stop, reported(), more).progress?.hashes, 1_000n);
});

test("a search of which anything was heard had begun, even if it was one match", () => {
  const arrived = { type: "matches", runId: "one", batch: [match(7n)] } as const;
  const nowhere = { ...unknown, serverInstance: undefined };
  assert.equal(after(arrived, stop, nowhere).kind, "restarted");
  assert.equal(after(arrived, stop, unknown).kind, "forgotten");
  assert.equal(after(stop, nowhere).kind, "not-started", "of this one nothing was heard");
});

test("an instance that is known of one side only is none to compare", () => {
  const started = startedState(query, { ...run("one"), serverInstance: undefined });
  assert.equal(from(started, stop, unknown).kind, "not-started");
  assert.equal(from(started, progress, stop, unknown).kind, "restarted");
});

test("every answer leaves what was asked, found and timed as it was", () => {
  const arrived = { type: "matches", runId: "one", batch: [match(7n)] } as const;
  const before = after(arrived, progress, stop);
  const answers = [
    unanswered,
    unknown,
    reported(),
    reported({ ending: Ending.FAILURE }),
    reported(openReport()),
  ];
  const lapsed = { ...reported(openReport()), at: 99_000 };
  for (const state of [
    ...answers.map((event) => from(before, event)),
    from(before, reported(openReport()), lapsed),
  ]) {
    const { query, run, past, matches, progress, endedAt } = state;
    const { query: asked, run: first, past: gone, matches: found, progress: told } = before;
    assert.deepEqual([query, run, past, matches, progress], [asked, first, gone, found, told], state.kind);
    assert.equal(endedAt, 2_000, state.kind);
  }
});

test("matches stay through a stop, and those that come later are dropped", () => {
  const arrived = { type: "matches", runId: "one", batch: [match(7n)] } as const;
  const state = after(arrived, stop, arrived, reported(), arrived);
  assert.equal(state.matches.count, 1);
});

test("a late message of an older run changes nothing", () => {
  const state = after(stop, reported(), { type: "continue", run: run("two", 4_000n) });
  assert.equal(state.kind, "running");
  const late = [
    { type: "matches", runId: "one", batch: [match(7n)] },
    progress,
    stop,
    ended({ kind: "lost" }),
    reported(),
    unanswered,
    { type: "asking", runId: "one" },
  ] as const;
  for (const event of late) assert.equal(from(state, event), state, event.type);
});
