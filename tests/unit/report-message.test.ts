import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Ending, SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { duration, reportMessage } from "../../server/rpc/messages.ts";
import type { Cause, Report } from "../../server/search/report.ts";

// Each figure once, so that none can stand for another.
const report: Report = {
  id: "5a0ae9a6-6d0c-4bd5-8a0b-39f6d8a0d2b1",
  cause: "cancelled",
  hashesComputed: 101n,
  hashesAfterEnding: 102n,
  startIndex: 103n,
  nextIndex: 104n,
  matchesSent: 105n,
  workersUsed: 106,
  workersIdle: 107,
  workers: 108,
  startedAtMs: 1_700_000_000_123.456,
  endingSeenAfterMs: 1234.567,
  workersIdleAfterMs: 2345.678,
  hops: [
    {
      serverInstance: "one",
      serverName: "first",
      hashes: 201n,
      hashesAfterInterrupt: 202n,
      interruptSeenAfterMs: 3456.789,
      idleAfterMs: 4567.891,
      unconfirmed: 203,
      endsWithinMs: 5678.912,
    },
    {
      serverInstance: "two",
      serverName: "second",
      hashes: 204n,
      hashesAfterInterrupt: 0n,
      interruptSeenAfterMs: undefined,
      idleAfterMs: 0,
      unconfirmed: 0,
      endsWithinMs: 0,
    },
  ],
  usedWorkers: [
    {
      thread: undefined,
      serverInstance: "one",
      hashes: 301,
      hashesAfterEnding: 302,
      interruptSeenAfterMs: undefined,
      lastBusyAfterMs: undefined,
      isIdle: false,
    },
    {
      thread: 303,
      serverInstance: "",
      hashes: 304,
      hashesAfterEnding: 305,
      interruptSeenAfterMs: 6789.123,
      lastBusyAfterMs: 7891.234,
      isIdle: true,
    },
  ],
};

describe("a report on the wire", () => {
  test("has every figure in its own field, to the microsecond", () => {
    const zero = { seconds: 0n, nanos: 0 };
    const expected = create(SearchReportSchema, {
      searchId: report.id,
      ending: Ending.CANCELLED,
      hashesComputed: 101n,
      hashesAfterEnding: 102n,
      startIndex: 103n,
      nextIndex: 104n,
      matchesSent: 105n,
      workersUsed: 106,
      workersIdle: 107,
      workers: 108,
      startedAt: { seconds: 1_700_000_000n, nanos: 123_456_000 },
      endingSeenAfter: { seconds: 1n, nanos: 234_567_000 },
      workersIdleAfter: { seconds: 2n, nanos: 345_678_000 },
      serverInstance: "this run",
      reason: "Esc",
      hops: [
        {
          serverInstance: "one",
          serverName: "first",
          hashes: 201n,
          hashesAfterInterrupt: 202n,
          interruptSeenAfter: { seconds: 3n, nanos: 456_789_000 },
          idleAfter: { seconds: 4n, nanos: 567_891_000 },
          unconfirmed: 203,
          endsWithin: { seconds: 5n, nanos: 678_912_000 },
        },
        { serverInstance: "two", serverName: "second", hashes: 204n, idleAfter: zero, endsWithin: zero },
      ],
      usedWorkers: [
        { serverInstance: "one", hashes: 301n, hashesAfterEnding: 302n, idle: false },
        {
          thread: 303,
          hashes: 304n,
          hashesAfterEnding: 305n,
          interruptSeenAfter: { seconds: 6n, nanos: 789_123_000 },
          lastBusyAfter: { seconds: 7n, nanos: 891_234_000 },
          idle: true,
        },
      ],
    });
    assert.deepEqual(reportMessage(report, "this run", "Esc"), expected);
  });

  test("has no reason unless one was given", () => {
    assert.equal(reportMessage(report, "this run").reason, "");
  });

  for (const [cause, ending] of [
    ["found", Ending.FOUND],
    ["cancelled", Ending.CANCELLED],
    ["deadline", Ending.DEADLINE],
    ["budget", Ending.BUDGET],
    ["shutdown", Ending.SHUTDOWN],
    ["space exhausted", Ending.SPACE_EXHAUSTED],
    ["failure", Ending.FAILURE],
  ] as const satisfies readonly (readonly [Cause, Ending])[]) {
    test(`names the ending of a search whose cause was "${cause}"`, () => {
      assert.equal(reportMessage({ ...report, cause }, "").ending, ending);
    });
  }
});

test("durations are rounded to the microsecond, also up to the next second", () => {
  assert.deepEqual(parts(0), [0n, 0]);
  assert.deepEqual(parts(0.0006), [0n, 1_000]);
  assert.deepEqual(parts(999.9996), [1n, 0]);
  assert.deepEqual(parts(86_400_000.5), [86_400n, 500_000]);
});

function parts(ms: number): [seconds: bigint, nanos: number] {
  const { seconds, nanos } = duration(ms);
  return [seconds, nanos];
}
