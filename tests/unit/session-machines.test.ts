import assert from "node:assert/strict";
import { test } from "node:test";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { machinesOf, openMachines } from "../../web/src/session/machines.ts";
import type { SearchState } from "../../web/src/session/search-state.ts";
import { after, ended, from, openReport, reported, stop, unanswered, unknown } from "./session-fixtures.ts";

const open = reported(openReport());
const idle = reported(openReport({ workersIdle: 3 }));
const timeUp = { ...open, at: open.at + 5_000 };

test("a stop is not called stopped while a machine has not confirmed", () => {
  const state = after(stop, open);
  assert.ok(state.kind === "unconfirmed");
  assert.equal(state.asking.endsBy, 7_012);
  assert.equal(state.asking.retryAt, 5_000);
  assert.equal(after(stop, open, idle).kind, "stopped");
});

test("the time until machines end by themselves is counted from the first report that named them", () => {
  const state = after(stop, open, { ...open, at: 5_010, retryAt: 8_010 });
  assert.ok(state.kind === "unconfirmed");
  assert.equal(state.asking.endsBy, 7_012);
  assert.equal(state.asking.retryAt, 7_012, "it is asked again when the time is over, not after it");
});

test("when that time is over, the stop is over, but never called stopped", () => {
  const state = after(stop, open, timeUp);
  assert.ok(state.kind === "lapsed");
  assert.equal(state.after, "stop");
  assert.equal(state.report.nextIndex, 4_000n);
  assert.equal(after(stop, open, { ...unanswered, at: 7_012 }).kind, "lapsed", "the report at hand counts");
  assert.equal(after(stop, open, { ...unanswered, at: 7_011 }).kind, "unconfirmed");
  assert.equal(after(stop, open, { ...idle, at: 9_000 }).kind, "stopped", "late proof is proof");
});

test("a server that went away meanwhile is said as before", () => {
  assert.equal(after(stop, open, { ...unknown, serverInstance: "B" }).kind, "restarted");
});

test("time limits and broken connections wait for the machines as well", () => {
  const limit = after(ended({ kind: "deadline", report: openReport({ ending: Ending.DEADLINE }) }));
  assert.equal(limit.kind, "timing-out");
  assertLapsed(from(limit, open, timeUp), "limit");
  const lost = after(ended({ kind: "lost" }), open);
  assert.equal(lost.kind, "lost");
  assertLapsed(from(lost, timeUp), "loss");
});

test("an ending that does not speak of idle workers is said when the time is over", () => {
  const found = reported(openReport({ ending: Ending.FOUND }));
  assert.equal(after(stop, found).kind, "unconfirmed");
  assert.equal(after(stop, found, { ...found, at: 7_012 }).kind, "found-unseen");
});

test("machines of one name are told apart, those that have not confirmed come first", () => {
  assert.deepEqual(
    machinesOf(openReport()).map(({ name }) => name),
    ["two", "one", "one (2)"],
  );
  assert.deepEqual(openMachines(openReport({ workersIdle: 3 })), [], "what was lost before the end is over");
});

test("a report without machines, also one kept by an earlier page, has none", () => {
  const { hops: _, ...kept } = openReport();
  assert.deepEqual(machinesOf(kept as ReturnType<typeof openReport>), []);
});

function assertLapsed(state: SearchState, wanted: "limit" | "loss"): void {
  assert.ok(state.kind === "lapsed");
  assert.equal(state.after, wanted);
}
