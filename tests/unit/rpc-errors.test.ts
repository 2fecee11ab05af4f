import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Code, type ConnectError } from "@connectrpc/connect";
import {
  ErrorInfoSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "../../proto/gen/google/rpc/error_details_pb.ts";
import { LimitedCalls, LimitScope, RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import { SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { type Kind, Refused } from "../../server/calls/refusal.ts";
import { rpcError, shutdownError } from "../../server/rpc/errors.ts";
import { type Cause, type Report, SearchEnded } from "../../server/search/report.ts";
import { type StreamCause, StreamEnded } from "../../server/streams/stream.ts";

const report: Report = {
  id: "123e4567-e89b-42d3-a456-426614174000",
  cause: "budget",
  hashesComputed: 400n,
  hashesAfterEnding: 0n,
  startIndex: 1000n,
  nextIndex: 1300n,
  matchesSent: 0n,
  workersUsed: 1,
  workersIdle: 1,
  workers: 2,
  startedAtMs: 0,
  endingSeenAfterMs: 10,
  workersIdleAfterMs: 11,
  usedWorkers: [],
  hops: [],
};

describe("a search that has ended by", () => {
  const answers = {
    found: [Code.Internal, "FOUND", /^The search was found\.$/],
    cancelled: [Code.Canceled, undefined, /^The search was cancelled\.$/],
    deadline: [Code.DeadlineExceeded, "DEADLINE", /time limit\. Continue it with start_index 1300\.$/],
    budget: [Code.ResourceExhausted, "BUDGET", /budget of 300 hashes\. Continue it with start_index 1300\.$/],
    credit: [
      Code.ResourceExhausted,
      "CREDIT",
      /^Your credit of hashes is spent, and refills\. Continue with start_index 1300 in 3 s\.$/,
    ],
    shutdown: [Code.Unavailable, "SHUTDOWN", /shutting down\. Continue with start_index 1300 in a moment\.$/],
    "space exhausted": [Code.OutOfRange, "SPACE_EXHAUSTED", /^Every candidate with a 64-bit index has been/],
    failure: [Code.Internal, "FAILURE", /failed while searching\. Continue with start_index 1300\.$/],
  } as const satisfies Record<Cause, readonly [Code, string | undefined, RegExp]>;

  for (const [cause, [code, reason, words]] of Object.entries(answers)) {
    test(`${cause} is ${Code[code]}, with its words and its report`, () => {
      const retryAfterMs = cause === "credit" ? 2_100 : undefined;
      const error = errorOf(new SearchEnded({ ...report, cause: cause as Cause, retryAfterMs }));
      assert.equal(error.code, code);
      assert.match(error.rawMessage, words);
      const [info] = error.findDetails(ErrorInfoSchema);
      assert.deepEqual(info && [info.reason, info.domain], reason && [reason, "hash_name"]);
      const [said] = error.findDetails(SearchReportSchema);
      // Whoever cancels a call hears nothing any more.
      assert.equal(said?.serverInstance, reason && "this run");
      assert.deepEqual(said && [said.searchId, said.reason], reason && [report.id, ""]);
      const retries = error.findDetails(RetryInfoSchema).map(({ retryDelay }) => retryDelay?.seconds);
      assert.deepEqual(retries, cause === "shutdown" || cause === "credit" ? [2n] : []);
    });
  }
});

describe("a stream that has ended by", () => {
  const answers = {
    done: [Code.Internal, /^The stream is done\.$/],
    cancelled: [Code.Canceled, /^The stream was cancelled\.$/],
    deadline: [Code.DeadlineExceeded, /^The stream reached its time limit\.$/],
    shutdown: [Code.Unavailable, /^The server is shutting down\. Try again in a moment\.$/],
  } as const satisfies Record<StreamCause, readonly [Code, RegExp]>;

  for (const [cause, [code, words]] of Object.entries(answers)) {
    test(`${cause} is ${Code[code]}`, () => {
      const error = errorOf(new StreamEnded(cause as StreamCause));
      assert.equal(error.code, code);
      assert.match(error.rawMessage, words);
    });
  }
});

describe("a call that is refused", () => {
  const words = {
    searches: [
      LimitedCalls.SEARCHES,
      "You have 3 searches running or waiting, as many as one client may. Stop one, or try again later.",
      "The server is full, and so is its waiting line. Try again later.",
    ],
    streams: [
      LimitedCalls.STREAMS,
      "You have 3 streams open, as many as one client may. Stop one, or try again later.",
      "The server has 3 streams open, as many as it may. Try again later.",
    ],
    watchers: [
      LimitedCalls.WATCHERS,
      "You have 3 calls that watch the server, as many as one client may. Stop one, or try again later.",
      "The server has 3 calls that watch the server, as many as it may. Try again later.",
    ],
    reports: [
      LimitedCalls.REPORTS,
      "You have 3 calls that wait for a report, as many as one client may. Stop one, or try again later.",
      "The server has 3 calls that wait for a report, as many as it may. Try again later.",
    ],
    rehearsals: [
      LimitedCalls.REHEARSALS,
      "You have 3 rehearsals open, as many as one client may. Stop one, or try again later.",
      "The server has 3 rehearsals open, as many as it may. Try again later.",
    ],
  } as const satisfies Record<Kind, readonly [LimitedCalls, string, string]>;

  for (const [of, [calls, ofClient, ofServer]] of Object.entries(words)) {
    test(`for its client's ${of} says whose limit it is, which, and when to try again`, () => {
      const error = full("client full", of as Kind);
      assert.equal(error.code, Code.ResourceExhausted);
      assert.equal(error.rawMessage, ofClient);
      assertQuota(error, `${of} of this client`, ofClient);
      assertRefusal(error, { scope: LimitScope.CLIENT, calls });
    });

    test(`for the server's ${of} says so`, () => {
      const error = full("server full", of as Kind);
      assert.equal(error.code, Code.ResourceExhausted);
      assert.equal(error.rawMessage, ofServer);
      assertQuota(error, `${of} of the server`, ofServer);
      assertRefusal(error, { scope: LimitScope.SERVER, calls });
    });
  }

  test("for its id is ALREADY_EXISTS", () => {
    const error = errorOf(new Refused({ why: "id taken" }));
    assert.equal(error.code, Code.AlreadyExists);
    assert.match(error.rawMessage, /Use a new UUID for a new search\.$/);
  });

  test("by a server that leaves may come again in 2 s", () => {
    for (const error of [errorOf(new Refused({ why: "shutdown" })), shutdownError()]) {
      assert.equal(error.code, Code.Unavailable);
      assert.match(error.rawMessage, /^The server is shutting down\. Try again in a moment\.$/);
      assert.deepEqual(
        error.findDetails(RetryInfoSchema).map(({ retryDelay }) => retryDelay?.seconds),
        [2n],
      );
    }
  });
});

test("what is a defect is no answer", () => {
  assert.equal(rpcError(new Error("a defect"), "this run"), undefined);
  assert.equal(rpcError(undefined, "this run"), undefined);
});

function errorOf(error: Error): ConnectError {
  return rpcError(error, "this run") ?? assert.fail("it is taken for a defect");
}

function full(why: "client full" | "server full", of: Kind): ConnectError {
  return errorOf(new Refused({ why, of, limit: 3, retryAfterMs: 1500 }));
}

function assertQuota(error: ConnectError, subject: string, description: string): void {
  const [quota] = error.findDetails(QuotaFailureSchema);
  assert.deepEqual(
    quota?.violations.map((violation) => [violation.subject, violation.description]),
    [[subject, description]],
  );
  const [retry] = error.findDetails(RetryInfoSchema);
  assert.deepEqual([retry?.retryDelay?.seconds, retry?.retryDelay?.nanos], [1n, 500_000_000]);
}

function assertRefusal(error: ConnectError, wanted: { scope: LimitScope; calls: LimitedCalls }): void {
  const [refusal] = error.findDetails(RefusalSchema);
  assert.deepEqual(refusal && [refusal.scope, refusal.calls, refusal.limit], [wanted.scope, wanted.calls, 3]);
}
