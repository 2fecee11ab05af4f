import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { messageOf } from "../calls/message-of.ts";
import type { Report } from "../search/report.ts";
import { carriedBy, contextOf, headersOf, type TraceHeaders } from "./carried.ts";
import { nowMs, tracer } from "./tracer.ts";

/** The span of one search. */
export interface SearchSpan {
  /** What its ranges take along to other servers. */
  readonly headers: TraceHeaders | undefined;
  /** The search was not begun. */
  refused(error: unknown): void;
  ended(report: Report): void;
}

/** Begins a search's span, in the trace of its caller if the caller's headers name one. */
export function searchSpan(header: Headers, searchId: string, call: "find" | "findRange"): SearchSpan {
  const parent = contextOf(carriedBy(header));
  const method = call === "find" ? "Find" : "FindRange";
  const span = tracer.startSpan(
    `hash_name.HashFinder/${method}`,
    {
      kind: SpanKind.SERVER,
      startTime: nowMs(),
      attributes: {
        "rpc.service": "hash_name.HashFinder",
        "rpc.method": method,
        "hash_finder.search_id": searchId,
      },
    },
    parent,
  );
  return {
    headers: headersOf(trace.setSpan(parent, span)),
    refused: (error) => {
      if (!span.isRecording()) return;
      span.setAttribute("hash_finder.refused", messageOf(error));
      span.end(nowMs());
    },
    ended: (report) => {
      if (!span.isRecording()) return;
      const { cause, startedAtMs } = report;
      span.setAttributes({
        "hash_finder.cause": cause,
        "hash_finder.hashes": Number(report.hashesComputed),
        "hash_finder.hashes_after_ending": Number(report.hashesAfterEnding),
        "hash_finder.matches": Number(report.matchesSent),
        "hash_finder.workers_used": report.workersUsed,
        "hash_finder.workers_idle": report.workersIdle,
      });
      // Those that end a search from outside; the others are found by its own work.
      if (cause === "cancelled" || cause === "deadline" || cause === "shutdown") {
        span.addEvent("cancel", { "hash_finder.cause": cause }, startedAtMs + report.endingSeenAfterMs);
      }
      if (cause === "failure") span.setStatus({ code: SpanStatusCode.ERROR });
      // Its last worker is idle.
      span.end(startedAtMs + report.workersIdleAfterMs);
    },
  };
}
