import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Outcome, outcomeOf } from "../../client/outcome.ts";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "../../proto/gen/google/rpc/error_details_pb.ts";
import { LimitedCalls, LimitScope, RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import { Ending, SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";

function detail<Desc extends DescMessage>(desc: Desc, value: MessageInitShape<Desc>) {
  return { desc: desc as DescMessage, value: create(desc, value) as MessageInitShape<DescMessage> };
}

function error(code: Code, ...details: readonly ReturnType<typeof detail>[]): ConnectError {
  return new ConnectError("words that nobody reads", code, undefined, [...details]);
}

const retry = detail(RetryInfoSchema, { retryDelay: { seconds: 20n } });
const reportOf = (ending: Ending) => detail(SearchReportSchema, { ending });

const table: readonly (readonly [string, unknown, Outcome["kind"]])[] = [
  ["a full server", error(Code.ResourceExhausted, retry, detail(RefusalSchema, {})), "busy"],
  [
    "a spent budget",
    error(Code.ResourceExhausted, detail(ErrorInfoSchema, { reason: "BUDGET" }), reportOf(Ending.BUDGET)),
    "budget",
  ],
  ["a passed deadline", error(Code.DeadlineExceeded, reportOf(Ending.DEADLINE)), "deadline"],
  ["the browser's own deadline", error(Code.DeadlineExceeded), "deadline"],
  ["a server that leaves", error(Code.Unavailable, retry, reportOf(Ending.SHUTDOWN)), "shutdown"],
  ["a proxy's 502", new ConnectError("HTTP 502", Code.Unavailable), "lost"],
  ["an unreachable server", new TypeError("Failed to fetch"), "lost"],
  ["a cut connection", new TypeError("network error"), "lost"],
  ["a stream without an end", "missing trailer", "lost"],
  ["half a message", new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument), "lost"],
  ["a call that the browser sent twice", error(Code.AlreadyExists), "lost"],
  ["an exhausted space", error(Code.OutOfRange, reportOf(Ending.SPACE_EXHAUSTED)), "exhausted"],
  ["a cancel", error(Code.Canceled), "cancelled"],
  ["an abort", new DOMException("aborted", "AbortError"), "cancelled"],
  ["a server's failure", error(Code.Internal), "failure"],
];

for (const [name, thrown, kind] of table) {
  test(`${name} is ${kind}`, () => assert.equal(outcomeOf(thrown).kind, kind));
}

test("a proxy's answer is known by its status, and by nothing else that is lost", () => {
  // As Connect maps them.
  const statuses = [
    [401, Code.Unauthenticated],
    [404, Code.Unimplemented],
    [413, Code.Unknown],
    [429, Code.Unavailable],
    [500, Code.Unknown],
    [502, Code.Unavailable],
    [503, Code.Unavailable],
    [504, Code.Unavailable],
  ] as const;
  for (const [status, code] of statuses) {
    const thrown = new ConnectError(`HTTP ${status}`, code);
    assert.deepEqual(outcomeOf(thrown), { kind: "lost", proxyStatus: status });
  }
  // The server's own, to a page from elsewhere.
  assert.equal(outcomeOf(new ConnectError("HTTP 403", Code.PermissionDenied)).kind, "failure");
  assert.deepEqual(outcomeOf(new ConnectError("bad HTTP 502", Code.Unavailable)), { kind: "lost" });
  assert.deepEqual(outcomeOf(new TypeError("Failed to fetch")), { kind: "lost" });
});

test("an exhausted space is known by its report, whatever the code", () => {
  const exhausted = error(Code.ResourceExhausted, reportOf(Ending.SPACE_EXHAUSTED));
  assert.equal(outcomeOf(exhausted).kind, "exhausted");
  assert.deepEqual(outcomeOf(error(Code.OutOfRange)), { kind: "exhausted", report: undefined });
});

test("a server that leaves says so by its report or by the time to wait, a proxy by neither", () => {
  const both = outcomeOf(error(Code.Unavailable, retry, reportOf(Ending.SHUTDOWN)));
  assert.ok(both.kind === "shutdown" && both.retryAfterMs === 20_000);
  assert.equal(both.report?.ending, Ending.SHUTDOWN);
  assert.deepEqual(outcomeOf(error(Code.Unavailable, retry)), {
    kind: "shutdown",
    retryAfterMs: 20_000,
    report: undefined,
  });
  assert.equal(outcomeOf(error(Code.Unavailable, reportOf(Ending.SHUTDOWN))).kind, "shutdown");
});

test("every ending that has a report hands it on", () => {
  for (const [code, ending] of [
    [Code.ResourceExhausted, Ending.BUDGET],
    [Code.DeadlineExceeded, Ending.DEADLINE],
    [Code.Unavailable, Ending.SHUTDOWN],
    [Code.OutOfRange, Ending.SPACE_EXHAUSTED],
    [Code.Internal, Ending.FAILURE],
  ] as const) {
    const outcome = outcomeOf(error(code, reportOf(ending)));
    assert.ok("report" in outcome && outcome.report?.ending === ending, Code[code]);
  }
});

test("a budget that was spent is no refusal, with a time to wait or without", () => {
  assert.equal(outcomeOf(error(Code.ResourceExhausted)).kind, "budget");
  assert.equal(outcomeOf(error(Code.ResourceExhausted, retry, reportOf(Ending.BUDGET))).kind, "budget");
  assert.equal(outcomeOf(error(Code.ResourceExhausted, detail(RefusalSchema, {}))).kind, "busy");
});

test("a full server's wait and a bad request's violations are read", () => {
  const busy = outcomeOf(error(Code.ResourceExhausted, retry));
  assert.deepEqual(busy, { kind: "busy", retryAfterMs: 20_000, ofClient: false });
  // The words for people decide nothing, whatever they say.
  const quota = detail(QuotaFailureSchema, { violations: [{ subject: "every client" }] });
  for (const [scope, ofClient] of [
    [LimitScope.CLIENT, true],
    [LimitScope.SERVER, false],
  ] as const) {
    const refusal = detail(RefusalSchema, { scope, calls: LimitedCalls.SEARCHES, limit: 3 });
    const outcome = outcomeOf(error(Code.ResourceExhausted, refusal, quota));
    assert.deepEqual(outcome, { kind: "busy", retryAfterMs: undefined, ofClient });
  }

  const violations = { fieldViolations: [{ field: "desired_name", description: "Type a name." }] };
  const input = outcomeOf(error(Code.InvalidArgument, detail(BadRequestSchema, violations)));
  assert.deepEqual(input, {
    kind: "input",
    violations: [{ field: "desired_name", sentence: "Type a name." }],
  });
});

test("a refusal says which quota is spent, or that it cannot be looked up", () => {
  const refused = (code: Code, quotaMetric?: string) => {
    const refusal = detail(RefusalSchema, { scope: LimitScope.CLIENT });
    const failure = detail(QuotaFailureSchema, { violations: quotaMetric ? [{ quotaMetric }] : [] });
    const outcome = outcomeOf(error(code, retry, refusal, failure));
    return outcome.kind === "busy" ? outcome.quota : outcome.kind;
  };
  assert.equal(refused(Code.ResourceExhausted, "searches_per_minute"), "often");
  assert.equal(refused(Code.ResourceExhausted, "hash_credit"), "credit");
  assert.equal(refused(Code.ResourceExhausted, "calls_at_once"), undefined);
  assert.equal(refused(Code.ResourceExhausted), undefined);
  assert.equal(refused(Code.Unavailable), "unknown");
});
