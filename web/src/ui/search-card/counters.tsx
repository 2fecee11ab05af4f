import type { ReadonlySignal } from "@preact/signals";
import { elapsedOf, hashesOf } from "../../session/figures.ts";
import { idealAmong } from "../../session/matches.ts";
import { isActive, type SearchState } from "../../session/search-state.ts";
import { words } from "../parts/language.ts";

interface CountersProps {
  readonly state: SearchState;
  readonly now: ReadonlySignal<number>;
}

/**
 * Time, matches, near misses and hashes. Hashes come last, because in some states the words tell
 * them already. All change too often for a live region and stay outside it.
 */
export function Counters({ state, now }: CountersProps) {
  const { card: text, numbers } = words.value;
  const elapsedMs = elapsedOf(state, isActive(state) ? now.value : 0);
  const { query, matches } = state;
  const ideal = idealAmong(matches, query.wrongAllowed);
  const near = matches.count - ideal;
  return (
    <dl class="counters">
      <div>
        <dt>{text.elapsed}</dt>
        <dd>{numbers.duration(elapsedMs)}</dd>
      </div>
      <div>
        <dt>{text.matches(ideal)}</dt>
        <dd>{numbers.count(ideal)}</dd>
      </div>
      {(near > 0 || query.alsoShow > query.wrongAllowed) && (
        <div>
          <dt>{text.nearMisses(near)}</dt>
          <dd>{numbers.count(near)}</dd>
        </div>
      )}
      {!wordsTellHashes(state) && (
        <div>
          <dt>{text.hashes}</dt>
          <dd>{numbers.count(hashesOf(state))}</dd>
        </div>
      )}
    </dl>
  );
}

function wordsTellHashes(state: SearchState): boolean {
  if (state.kind !== "running") return state.kind === "found" || state.kind === "budget";
  return state.progress !== undefined && state.unreached === undefined && state.ahead === undefined;
}
