import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Limits } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import type { Query } from "./query.ts";

/** The limits that will end a run: the person's or the server's, whichever is smaller. Undefined: none. */
export interface HoldingLimits {
  readonly hashes: bigint | undefined;
  readonly ms: number | undefined;
}

/** @param credit what is left of a credit of hashes, where there is one */
export function holdingLimits(
  { maximumHashes, timeLimitMs }: Pick<Query, "maximumHashes" | "timeLimitMs">,
  limits: Limits | undefined,
  credit?: bigint,
): HoldingLimits {
  const serverMs = limits?.maximumTime === undefined ? 0 : durationMs(limits.maximumTime);
  const hashes = smaller(maximumHashes, limits?.maximumHashes ?? 0n);
  return {
    hashes: credit !== undefined && (hashes ?? credit) >= credit ? credit : hashes,
    ms: smaller(timeLimitMs ?? 0, serverMs),
  };
}

/** The smaller of two limits of which 0 means none. */
function smaller<T extends number | bigint>(a: T, b: T): T | undefined {
  if (a > 0 && b > 0) return a < b ? a : b;
  return a > 0 ? a : b > 0 ? b : undefined;
}
