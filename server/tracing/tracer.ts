import { trace } from "@opentelemetry/api";

/** The operator's, once an SDK has been loaded; until then one whose spans are nothing. */
export const tracer = trace.getTracer("hash-finder");

/** Unix time by the clock of the reports, which never goes back. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
