import { chanceAfter, hashesUntil, marks, nextMark } from "../../../../client/odds/after-hashes.ts";
import type { WatchActivityResponse } from "../../../../proto/gen/hash_name/v1/activity_pb.ts";
import { chanceOfEnding, hashesSinceMatch } from "../../odds/figures.ts";
import type { Odds } from "../../odds/odds.ts";
import { hashesLeft, hashesOfCredit } from "../../odds/within-limits.ts";
import { holdingLimits } from "../../session/holding-limits.ts";
import type { SearchState } from "../../session/search-state.ts";
import type { Store } from "../../store/store.ts";
import { words } from "../parts/language.ts";

interface ChanceBarProps {
  readonly state: SearchState;
  readonly odds: Odds;
  readonly store: Pick<Store, "activity" | "now">;
}

/** The chance that the match should have come by now. It is no progress bar, because a search has no known end. */
export function ChanceBar({ state, odds, store: { activity, now } }: ChanceBarProps) {
  const { odds: text } = words.value;
  if (state.kind !== "running" || state.progress === undefined || state.ahead !== undefined) return null;
  const p = chanceOfEnding(state, odds);
  if (p === undefined) return null;
  const hashes = hashesSinceMatch(state);
  const chance = chanceAfter(p, hashes);
  const perMs = state.progress.hashesPerSecond / 1000;
  const left = leastOf(
    hashesLeft(state, holdingLimits(state.query, activity.value?.limits), now.value),
    creditLeft(activity.value, perMs * 1000),
  );
  // What lies beyond the limit will not be reached in this run.
  const atLimit = left === undefined ? 1 : chanceAfter(p, hashes + left);
  const reachable = marks.filter((at) => at <= atLimit);
  const mark = nextMark(chance);
  const next = nextWords();
  function nextWords(): string {
    if (perMs === 0) return "";
    if (mark !== undefined && mark <= atLimit)
      return text.next(mark, (hashesUntil(p ?? 0, mark) - hashes) / perMs);
    return left === undefined ? "" : text.atLimit(atLimit, left / perMs);
  }
  const percent = Math.min(99.9, chance * 100);
  return (
    <div class="chance">
      <p class="chance-head">
        <span>
          {text.byNow} <strong>{text.chance(chance)}</strong>
        </span>
        <span class="chance-next">{next}</span>
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: <meter> has no marks, and colours them good or bad. */}
      <div
        class="chance-bar"
        role="meter"
        aria-label={text.byNow}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent)}
        aria-valuetext={text.chance(chance)}
      >
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          {atLimit < 1 && (
            <rect
              class="chance-beyond"
              x={(atLimit * 100).toFixed(2)}
              width={(100 - atLimit * 100).toFixed(2)}
              height="8"
            />
          )}
          <rect class="chance-fill" width={percent.toFixed(2)} height="8" />
          {reachable.map((at) => (
            <line key={at} x1={at * 100} x2={at * 100} y1="0" y2="8" vector-effect="non-scaling-stroke" />
          ))}
        </svg>
        <span class="chance-marks" aria-hidden="true">
          {reachable.map((at) => (
            <span key={at} data-mark={at * 100} data-passed={chance >= at}>
              {text.mark(at)}
            </span>
          ))}
        </span>
      </div>
      <p class="chance-note">
        {text.note(perMs === 0 ? text.averageHashes(p) : text.average(1 / (p * perMs)))}
      </p>
    </div>
  );
}

/** What the hash credit leaves to a search of that speed; undefined where it will not be spent. */
function creditLeft(activity: WatchActivityResponse | undefined, own: number): number | undefined {
  if (!activity?.hashCredit) return undefined;
  const all = activity.progress.reduce((sum, { hashesPerSecond }) => sum + hashesPerSecond, 0);
  return hashesOfCredit(activity.hashCredit, { own, all: Math.max(own, all) });
}

function leastOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
