import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import type { HopSchema } from "../../proto/gen/hash_name/v1/hop_pb.ts";
import {
  Ending,
  type SearchReport,
  SearchReportSchema,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { UsedWorkerSchema } from "../../proto/gen/hash_name/v1/used_worker_pb.ts";
import type { HopReport } from "../search/hops.ts";
import type { Cause, Report } from "../search/report.ts";
import type { WorkerReport } from "../search/workers-used.ts";

const endings = {
  found: Ending.FOUND,
  cancelled: Ending.CANCELLED,
  deadline: Ending.DEADLINE,
  budget: Ending.BUDGET,
  credit: Ending.CREDIT,
  shutdown: Ending.SHUTDOWN,
  "space exhausted": Ending.SPACE_EXHAUSTED,
  failure: Ending.FAILURE,
} as const satisfies Record<Cause, Ending>;

/** A report as the contract writes it, said by this run of the server. */
export function reportMessage(report: Report, serverInstance: string, reason = ""): SearchReport {
  return create(SearchReportSchema, {
    searchId: report.id,
    ending: endings[report.cause],
    hashesComputed: report.hashesComputed,
    hashesAfterEnding: report.hashesAfterEnding,
    startIndex: report.startIndex,
    nextIndex: report.nextIndex,
    matchesSent: report.matchesSent,
    workersUsed: report.workersUsed,
    workersIdle: report.workersIdle,
    workers: report.workers,
    startedAt: create(TimestampSchema, parts(report.startedAtMs)),
    endingSeenAfter: duration(report.endingSeenAfterMs),
    workersIdleAfter: duration(report.workersIdleAfterMs),
    serverInstance,
    reason,
    hops: report.hops.map(hopMessage),
    usedWorkers: report.usedWorkers.map(workerMessage),
  });
}

function workerMessage(worker: WorkerReport): MessageInitShape<typeof UsedWorkerSchema> {
  const { thread = 0, serverInstance, interruptSeenAfterMs, lastBusyAfterMs, isIdle } = worker;
  return {
    thread,
    serverInstance,
    hashes: BigInt(worker.hashes),
    hashesAfterEnding: BigInt(worker.hashesAfterEnding),
    ...(interruptSeenAfterMs !== undefined && { interruptSeenAfter: duration(interruptSeenAfterMs) }),
    ...(lastBusyAfterMs !== undefined && { lastBusyAfter: duration(lastBusyAfterMs) }),
    idle: isIdle,
  };
}

/** What another server says of its share, as the contract writes it. */
export function hopMessage(hop: HopReport): MessageInitShape<typeof HopSchema> {
  const { interruptSeenAfterMs, idleAfterMs, endsWithinMs, ...rest } = hop;
  return {
    ...rest,
    ...(interruptSeenAfterMs !== undefined && { interruptSeenAfter: duration(interruptSeenAfterMs) }),
    idleAfter: duration(idleAfterMs),
    endsWithin: duration(endsWithinMs),
  };
}

/** Milliseconds, with their fraction to the microsecond, as a Duration. */
export function duration(ms: number): Duration {
  return create(DurationSchema, parts(ms));
}

function parts(ms: number): { seconds: bigint; nanos: number } {
  const microseconds = Math.round(ms * 1000);
  return { seconds: BigInt(Math.floor(microseconds / 1e6)), nanos: (microseconds % 1e6) * 1000 };
}
