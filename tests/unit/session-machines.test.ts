import assert from "node:assert/strict";
import { test } from "node:test";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { endsWithinMs, machinesOf, openMachines } from "../../client/machines.ts";
import { isProven } from "../../client/proven.ts";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
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

test("a worker of the server's own that its final report names as not idle is asked for no more, and never called stopped", () => {
  const never = { ...openReport({ workersUsed: 2, workersIdle: 1 }), hops: [] };
  const stopped = after(stop, reported(never));
  assert.ok(stopped.kind === "lapsed" && stopped.after === "stop");
  assert.ok(!("asking" in stopped), "nothing is asked any more");
  assertLapsed(from(after(ended({ kind: "lost" })), reported(never)), "loss");
  assertLapsed(from(after(ended({ kind: "deadline", report: undefined })), reported(never)), "limit");
});

test("the time goes on to be counted while the server is asked again", () => {
  const asked = after(stop, open, { type: "asking", runId: "one" });
  assert.ok(asked.kind === "unconfirmed" && asked.asking.retryAt === undefined);
  assert.equal(asked.asking.endsBy, 7_012);
});

test("a server that went away meanwhile is said as before", () => {
  assert.equal(after(stop, open, { ...unknown, serverInstance: "B" }).kind, "restarted");
});

test("time limits and broken connections wait for the machines as well", () => {
  const limit = after(ended({ kind: "deadline", report: openReport({ ending: Ending.DEADLINE }) }));
  assert.equal(limit.kind, "timing-out");
  assertLapsed(from(limit, open, timeUp), "limit");
  const passed = reported(openReport({ ending: Ending.DEADLINE }));
  assertLapsed(from(limit, passed, { ...passed, at: timeUp.at }), "limit");
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

test("machines that were never reached have no name, and no number", () => {
  const report = openReport();
  const nameless = report.hops.map((hop) => ({ ...hop, serverName: "" }));
  assert.deepEqual(
    machinesOf({ ...report, hops: nameless }).map(({ name }) => name),
    ["", "", ""],
  );
});

test("all machines have ended by themselves when the last one has", () => {
  const hops = [2_000, 7_000, 5_000].map((ms) => ({ unconfirmed: 1, endsWithin: durationFromMs(ms) }));
  assert.equal(endsWithinMs(openReport({ hops })), 7_000);
  assert.equal(endsWithinMs(openReport({ hops: [{ unconfirmed: 1 }] })), 0, "it never took any work");
  assert.equal(endsWithinMs(openReport({ workersIdle: 3 })), undefined);
  assert.deepEqual(openMachines(undefined), []);
});

test("a report without machines, also one kept by an earlier page, has none", () => {
  const { hops: _, ...kept } = openReport();
  assert.deepEqual(machinesOf(kept as ReturnType<typeof openReport>), []);
});

test("a report that does not name its workers, kept by an earlier page, proves by its counts", () => {
  const { usedWorkers: _, ...kept } = openReport({ workersIdle: 3 });
  assert.equal(isProven(kept as typeof kept & { usedWorkers: never }), true);
  assert.equal(isProven({ ...kept, workersIdle: 2 } as typeof kept & { usedWorkers: never }), false);
});

function assertLapsed(state: SearchState, wanted: "limit" | "loss"): void {
  assert.ok(state.kind === "lapsed");
  assert.equal(state.after, wanted);
}
