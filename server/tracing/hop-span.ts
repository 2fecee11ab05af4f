import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Hop } from "../engine/workers.ts";
import { contextOf, headersOf, type TraceHeaders } from "./carried.ts";
import { nowMs, tracer } from "./tracer.ts";

/** The span of one range on another server. */
export interface HopSpan {
  /** What the call takes along. */
  readonly headers: TraceHeaders | undefined;
  interrupted(): void;
  ended(isWhole: boolean, hop: Hop): void;
}

/** Of a range that belongs to no trace. */
export const noSpan: HopSpan = { headers: undefined, interrupted: () => {}, ended: () => {} };

/** Begins the span of a scan on an upstream, as a child of what its search or its caller brought. */
export function hopSpan(
  headers: TraceHeaders | undefined,
  { upstream, start, count }: { readonly upstream: string; readonly start: bigint; readonly count: number },
): HopSpan {
  if (!headers) return noSpan;
  const parent = contextOf(headers);
  const span = tracer.startSpan(
    "hash_name.v1.ScanService/Scan",
    {
      kind: SpanKind.CLIENT,
      startTime: nowMs(),
      attributes: {
        "rpc.service": "hash_name.v1.ScanService",
        "rpc.method": "Scan",
        "server.address": upstream,
        "hash_finder.start_index": String(start),
        "hash_finder.count": count,
      },
    },
    parent,
  );
  return {
    headers: headersOf(trace.setSpan(parent, span)),
    interrupted: () => void span.addEvent("interrupt", nowMs()),
    ended: (isWhole, hop) => {
      if (!span.isRecording()) return;
      span.setAttributes({
        "hash_finder.server": hop.serverName,
        "hash_finder.hashes": hop.hashes,
        "hash_finder.hashes_after_interrupt": hop.hashesAfterInterrupt,
        "hash_finder.confirmed": hop.isConfirmed,
      });
      if (!isWhole) span.setStatus({ code: SpanStatusCode.ERROR, message: "the range is redone" });
      span.end(nowMs());
    },
  };
}
