import { type Context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";

/** What goes with a call to say which trace it belongs to: W3C's headers, unless the operator chose others. */
export type TraceHeaders = Readonly<Record<string, string>>;

/** Those of a call that has come; undefined without any, and as long as nobody has loaded a tracing SDK. */
export function carriedBy(header: Headers): TraceHeaders | undefined {
  const found = propagation.fields().flatMap((name) => {
    const value = header.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** Whose child a span is that belongs to them. */
export function contextOf(headers: TraceHeaders | undefined): Context {
  return headers ? propagation.extract(ROOT_CONTEXT, headers) : ROOT_CONTEXT;
}

/** What a call takes along that is made for this context. */
export function headersOf(context: Context): TraceHeaders | undefined {
  const headers: Record<string, string> = {};
  propagation.inject(context, headers);
  return Object.keys(headers).length > 0 ? headers : undefined;
}
