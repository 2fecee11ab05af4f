import { create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import {
  type CountRequest,
  CountRequestSchema,
  Labour,
  Manners,
  type WorkRequest,
  WorkRequestSchema,
} from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import type { Serve } from "../loopback.ts";
import type { Rehearsal } from "../rehearsal.ts";

/** Where a scenario is played. */
export interface Stage {
  readonly rehearsal: Rehearsal;
  readonly serve: Serve;
  /** Between two PING frames of either side; undefined: none are sent. */
  readonly pingEveryMs: number | undefined;
}

/** Where the played calls go. */
export const serverPlace = "server 1";
export const callerPlace = "caller";

/** Sleeps, by a handler that looks. */
export function sleepRequest({ id }: Rehearsal, call: string, ms: number): WorkRequest {
  return create(WorkRequestSchema, {
    rehearsalId: id,
    call,
    time: duration(ms),
    manners: Manners.CHECKS,
    labour: Labour.SLEEPS,
  });
}

/** Messages in peace, by a handler that looks. */
export function countRequest({ id }: Rehearsal, call: string, everyMs: number): CountRequest {
  return create(CountRequestSchema, {
    rehearsalId: id,
    call,
    interval: duration(everyMs),
    messageBytes: 16,
    messages: 1000,
    manners: Manners.CHECKS,
  });
}

function duration(ms: number) {
  return create(DurationSchema, { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 });
}
