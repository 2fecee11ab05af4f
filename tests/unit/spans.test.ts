import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import type { Hop } from "../../server/engine/workers.ts";
import type { Cause, Report } from "../../server/search/report.ts";
import { carriedBy } from "../../server/tracing/carried.ts";
import { hopSpan, noSpan } from "../../server/tracing/hop-span.ts";
import { searchSpan } from "../../server/tracing/search-span.ts";
import { nowMs } from "../../server/tracing/tracer.ts";
import { cancelledReport } from "../support/reports.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const { id } = cancelledReport;
const range = { upstream: "http://10.0.0.2:50052", start: 2n ** 60n, count: 4096 };
const hop: Hop = {
  serverInstance: "2",
  serverName: "two",
  hashes: 700,
  hashesAfterInterrupt: 12,
  interruptSeenAfterMs: undefined,
  idleAfterMs: 5,
  isConfirmed: false,
  endsWithinMs: 0,
  behind: [],
};

const report: Report = { ...cancelledReport, workersUsed: 3, workers: 3, startedAtMs: Date.now() };

test("without an SDK no call carries a trace, whatever its headers are", () => {
  assert.equal(carriedBy(new Headers({ traceparent })), undefined);
  assert.equal(hopSpan(undefined, range), noSpan);
});

test("spans are timed by the clock of the reports, in Unix time", () => {
  const [timeOrigin, now] = [performance.timeOrigin, performance.now()];
  const ms = nowMs();
  assert.ok(ms >= timeOrigin + now && ms <= timeOrigin + performance.now());
});

describe("a span", () => {
  const exporter = new InMemorySpanExporter();
  before(() => {
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
  });
  beforeEach(() => exporter.reset());
  after(() => {
    trace.disable();
    propagation.disable();
  });

  const only = (): ReadableSpan => {
    const [span, ...others] = exporter.getFinishedSpans();
    assert.ok(span && others.length === 0);
    return span;
  };

  test("carries the headers that a call has, and none that it has not", () => {
    assert.deepEqual(carriedBy(new Headers({ traceparent })), { traceparent });
    assert.equal(carriedBy(new Headers({ tracestate: "" }))?.traceparent, undefined);
    assert.equal(carriedBy(new Headers({ other: "x" })), undefined);
  });

  for (const [call, method] of [
    ["find", "Find"],
    ["findRange", "FindRange"],
  ] as const) {
    test(`of a search is its server's, by the name of its method: ${method}`, () => {
      const earliestMs = Date.now() - 1;
      const span = searchSpan(new Headers({ traceparent }), id, call);
      assert.match(span.headers?.traceparent ?? "", /^00-0af7651916cd43dd8448eb211c80319c-/);
      const startedAtMs = Date.now();
      span.ended({ ...report, startedAtMs });
      const { name, kind, attributes, startTime, endTime, instrumentationScope } = only();
      assert.deepEqual([name, kind], [`hash_name.HashFinder/${method}`, SpanKind.SERVER]);
      assert.equal(instrumentationScope.name, "hash-finder");
      assert.deepEqual(attributes, {
        "rpc.service": "hash_name.HashFinder",
        "rpc.method": method,
        "hash_finder.search_id": id,
        "hash_finder.cause": "cancelled",
        "hash_finder.hashes": 1000,
        "hash_finder.hashes_after_ending": 30,
        "hash_finder.matches": 4,
        "hash_finder.workers_used": 3,
        "hash_finder.workers_idle": 2,
      });
      const beganMs = at(startTime);
      assert.ok(beganMs >= earliestMs && beganMs <= Date.now() + 1, `${beganMs}`);
      assert.ok(Math.abs(at(endTime) - startedAtMs - 107) < 0.01);
    });
  }

  for (const [cause, events, code] of [
    ["cancelled", ["cancel"], SpanStatusCode.UNSET],
    ["deadline", ["cancel"], SpanStatusCode.UNSET],
    ["shutdown", ["cancel"], SpanStatusCode.UNSET],
    ["found", [], SpanStatusCode.UNSET],
    ["budget", [], SpanStatusCode.UNSET],
    ["credit", [], SpanStatusCode.UNSET],
    ["space exhausted", [], SpanStatusCode.UNSET],
    ["failure", [], SpanStatusCode.ERROR],
  ] as const satisfies readonly (readonly [Cause, readonly string[], SpanStatusCode])[]) {
    test(`of a search that ended for this cause tells it: ${cause}`, () => {
      searchSpan(new Headers(), id, "find").ended({ ...report, cause });
      const span = only();
      assert.equal(span.attributes["hash_finder.cause"], cause);
      assert.deepEqual(
        span.events.map(({ name, attributes }) => [name, attributes?.["hash_finder.cause"]]),
        events.map((name) => [name, cause]),
      );
      for (const { time } of span.events) assert.ok(Math.abs(at(time) - report.startedAtMs - 100) < 0.01);
      assert.equal(span.status.code, code);
    });
  }

  test("of a search that is refused says why, and ends once", () => {
    const { refused, ended } = searchSpan(new Headers(), id, "find");
    refused(new Error("the call was refused: server full"));
    refused(new Error("again"));
    ended(report);
    const { attributes } = only();
    assert.equal(attributes["hash_finder.refused"], "the call was refused: server full");
    assert.equal(attributes["hash_finder.cause"], undefined);
    searchSpan(new Headers(), id, "find").refused("no error");
    assert.equal(exporter.getFinishedSpans().at(-1)?.attributes["hash_finder.refused"], "no error");
  });

  for (const isWhole of [true, false]) {
    test(`of a range on another server is a client's, and says that it is ${isWhole ? "whole" : "redone"}`, () => {
      const span = hopSpan({ traceparent }, range);
      assert.notEqual(span.headers?.traceparent, traceparent);
      assert.match(span.headers?.traceparent ?? "", /^00-0af7651916cd43dd8448eb211c80319c-/);
      span.interrupted();
      span.ended(isWhole, hop);
      span.ended(!isWhole, { ...hop, hashes: 1 });
      const { name, kind, attributes, status, events } = only();
      assert.deepEqual([name, kind], ["hash_name.v1.ScanService/Scan", SpanKind.CLIENT]);
      assert.deepEqual(attributes, {
        "rpc.service": "hash_name.v1.ScanService",
        "rpc.method": "Scan",
        "server.address": "http://10.0.0.2:50052",
        "hash_finder.start_index": String(2n ** 60n),
        "hash_finder.count": 4096,
        "hash_finder.server": "two",
        "hash_finder.hashes": 700,
        "hash_finder.hashes_after_interrupt": 12,
        "hash_finder.confirmed": false,
      });
      assert.deepEqual(
        events.map(({ name }) => name),
        ["interrupt"],
      );
      assert.deepEqual(
        status,
        isWhole
          ? { code: SpanStatusCode.UNSET }
          : { code: SpanStatusCode.ERROR, message: "the range is redone" },
      );
    });
  }
});

function at([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6;
}
