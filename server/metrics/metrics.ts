import type { ServerResponse } from "node:http";
import { Counter, Histogram, Registry } from "prom-client";
import type { EdgeRefusal, Refusal } from "../calls/refusal.ts";
import type { Cause, Report } from "../search/report.ts";
import type { StreamCause } from "../streams/stream.ts";
import { ActiveCalls } from "./active-calls.ts";
import { readAtScrape } from "./read-at-scrape.ts";
import type { Sources } from "./sources.ts";

const causes = {
  found: "found",
  cancelled: "cancelled",
  deadline: "deadline",
  budget: "budget",
  credit: "credit",
  shutdown: "shutdown",
  "space exhausted": "space_exhausted",
  failure: "failure",
} as const satisfies Record<Cause, string>;

const streamCauses = ["done", "cancelled", "deadline", "shutdown"] as const satisfies readonly StreamCause[];

const quotaRefusals: ReadonlySet<string> = new Set<Refusal["why"]>([
  "too often",
  "credit spent",
  "store gone",
]);

const edgeRefusals = [
  "unauthenticated",
  "other host",
  "other origin",
] as const satisfies readonly EdgeRefusal["why"][];

// A thread looks for its interrupt every ms or two; another server is waited for
// half a second.
const idleBucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * The server's numbers for Prometheus. Nothing is counted while workers compute:
 * numbers are read when they are asked for, or added where something has ended.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #ended = this.#counter("searches_ended_total", "Searches that have ended, by cause.", ["cause"]);
  readonly #unconfirmed = this.#counter(
    "searches_unconfirmed_total",
    "Searches with a worker on another server that had not said that it is idle when the report was made.",
  );
  readonly #hashesAfterEnding = this.#counter(
    "hashes_after_ending_total",
    "Candidates of searches that were tried after their cause of ending was seen.",
  );
  readonly #matches = this.#counter(
    "matches_total",
    "Matches handed to callers, when their search had ended.",
  );
  readonly #streamsEnded = this.#counter("streams_ended_total", "Keyed streams that have ended, by cause.", [
    "cause",
  ]);
  readonly #refused = this.#counter(
    "calls_refused_total",
    "Calls and other requests that were not begun, by what they asked for and why.",
    ["calls", "why"],
  );
  readonly #crashes = this.#counter("worker_crashes_total", "Worker threads that crashed and were replaced.");
  readonly #cancelToIdle = new Histogram({
    name: "hash_finder_cancel_to_idle_seconds",
    help: "From the moment a cancelled search's end was seen to the moment its last worker was idle.",
    buckets: idleBucketsSeconds,
    registers: [this.#registry],
  });

  readonly #active = new ActiveCalls();

  constructor() {
    // Series that are there from the start: a rate needs the value before the first.
    for (const cause of Object.values(causes)) this.#ended.inc({ cause }, 0);
    for (const calls of ["searches", "streams"]) {
      for (const why of ["client_full", "server_full"]) this.#refused.inc({ calls, why }, 0);
    }
    for (const why of quotaRefusals) this.#refused.inc({ calls: "searches", why: labelOf(why) }, 0);
    for (const why of edgeRefusals) this.#refused.inc({ calls: "any", why: labelOf(why) }, 0);
    for (const cause of streamCauses) this.#streamsEnded.inc({ cause }, 0);
  }

  /** Takes what is read at each scrape from these. */
  readFrom(sources: Sources): void {
    readAtScrape(this.#registry, { ...sources, calls: this.#active });
  }

  /** What Prometheus reads, and the content type of it. */
  async text(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  callBegun(method: string, response: ServerResponse): void {
    this.#active.add(method, response);
  }

  searchEnded(report: Report): void {
    const { cause, hashesAfterEnding, matchesSent, workersIdle, workersUsed } = report;
    this.#ended.inc({ cause: causes[cause] });
    this.#hashesAfterEnding.inc(Number(hashesAfterEnding));
    this.#matches.inc(Number(matchesSent));
    if (workersIdle < workersUsed) this.#unconfirmed.inc();
    // One that waited in line had no worker to wait for.
    if (cause === "cancelled" && workersUsed > 0) {
      this.#cancelToIdle.observe((report.workersIdleAfterMs - report.endingSeenAfterMs) / 1000);
    }
  }

  streamEnded(cause: StreamCause): void {
    this.#streamsEnded.inc({ cause });
  }

  refused(refusal: Refusal | EdgeRefusal): void {
    const calls = callsOf(refusal);
    this.#refused.inc({ calls, why: labelOf(refusal.why) });
  }

  workerCrashed(): void {
    this.#crashes.inc();
  }

  #counter<const Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Counter<Label> {
    return new Counter({ name: `hash_finder_${name}`, help, labelNames, registers: [this.#registry] });
  }
}

/** What was asked for; "any" where that was not looked at. */
function callsOf(refusal: Refusal | EdgeRefusal): string {
  if ("of" in refusal) return refusal.of;
  return quotaRefusals.has(refusal.why) ? "searches" : "any";
}

function labelOf(why: string): string {
  return why.replaceAll(" ", "_");
}
