import type { ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { CallObserver } from "./edge/call-observer.ts";
import { LoopWatch } from "./edge/loop-watch.ts";
import type { RehearsalReport } from "./lab/rehearsal.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { endedLine } from "./search/ended-line.ts";
import type { Report } from "./search/report.ts";
import type { SearchEnd } from "./search/searches.ts";
import type { StreamReport } from "./streams/stream.ts";

/**
 * What the server tells its operator: each thing that ends, crashes or is refused is
 * told here once, to the log and, where there are any, to the metrics. Spans are begun
 * and ended by what they are of, because they belong to the caller's trace.
 */
export class Telemetry implements CallObserver {
  readonly log: Logger;
  /** Undefined where nobody asks for them: then nothing is counted. */
  readonly metrics: Metrics | undefined;
  readonly loop = new LoopWatch();

  constructor(log: Logger, metrics: Metrics | undefined) {
    this.log = log;
    this.metrics = metrics;
  }

  callBegun(method: string, response: ServerResponse): void {
    this.metrics?.callBegun(method, response);
  }

  /** Where it is worth a line, the log has it with its request. */
  refused(...[refusal]: Parameters<CallObserver["refused"]>): void {
    this.metrics?.refused(refusal);
  }

  searchEnded(report: Report, end: SearchEnd): void {
    this.metrics?.searchEnded(report);
    this.log.info(endedLine(report, end), "search ended");
  }

  streamEnded({ key, ...report }: StreamReport): void {
    this.metrics?.streamEnded(report.cause);
    // What people type, names and keys alike, is theirs: only a debug log has it.
    this.log.info(this.log.isLevelEnabled("debug") ? { key, ...report } : report, "stream ended");
  }

  rehearsalEnded(report: RehearsalReport): void {
    this.log.info(report, "rehearsal ended");
  }

  workerCrashed(error: unknown): void {
    this.metrics?.workerCrashed();
    this.log.error({ err: error }, "a worker thread crashed");
  }

  stopped(): void {
    this.log.info({ longestTurnMs: this.loop.longestTurnMs }, "the server has stopped");
  }

  close(): void {
    this.loop.close();
  }
}
