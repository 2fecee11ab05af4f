// Traces to standard output, as an example: node --import ./deploy/otel.ts server/main.ts
// The packages are development dependencies of the project; install them beside it
// for an image that has none. For a collector, take the exporter of
// @opentelemetry/exporter-trace-otlp-http and a BatchSpanProcessor instead.
import { propagation, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { BasicTracerProvider, ConsoleSpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(
  // Which traces are kept: OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG.
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())] }),
);
