import type { HashCredit } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import { elapsedOfRun, hashesOfRun } from "../session/figures.ts";
import type { HoldingLimits } from "../session/holding-limits.ts";
import type { SearchState } from "../session/search-state.ts";

/**
 * How many hashes the limits leave to a run. Undefined without limits, and where the
 * speed is not known by which a limit of time would be one of hashes.
 */
export function hashesWithin(
  { hashes, ms }: HoldingLimits,
  perSecond: number | undefined,
): number | undefined {
  const inTime = ms === undefined ? undefined : (ms / 1000) * (perSecond ?? Number.NaN);
  if (inTime === undefined) return hashes === undefined ? undefined : Number(hashes);
  if (Number.isNaN(inTime)) return undefined;
  return Math.min(inTime, Number(hashes ?? Number.POSITIVE_INFINITY));
}

/** How many hashes the limits still leave to the present run at its present speed; undefined without limits. */
export function hashesLeft(
  state: SearchState,
  { hashes, ms }: HoldingLimits,
  now: number,
): number | undefined {
  const left = {
    hashes: hashes === undefined ? undefined : atLeastNone(hashes - hashesOfRun(state)),
    ms: ms === undefined ? undefined : Math.max(0, ms - elapsedOfRun(state, now)),
  };
  return hashesWithin(left, state.progress?.hashesPerSecond);
}

/**
 * How many hashes a credit gives to a search before it is spent, while it fills and all
 * searches of the same person use it; undefined when it fills as fast as that.
 */
export function hashesOfCredit(
  { left, perSecond }: HashCredit,
  speeds: { readonly own: number; readonly all: number },
): number | undefined {
  const drain = speeds.all - Number(perSecond);
  return drain > 0 ? Number(left) * (speeds.own / drain) : undefined;
}

function atLeastNone(hashes: bigint): bigint {
  return hashes > 0n ? hashes : 0n;
}
