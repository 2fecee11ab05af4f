import type { ReadonlySignal } from "@preact/signals";
import { elapsedOf, hashesOf } from "../../session/figures.ts";
import { isActive, type SearchState } from "../../session/search-state.ts";
import { words } from "../parts/language.ts";

interface CountersProps {
  readonly state: SearchState;
  readonly now: ReadonlySignal<number>;
}

/**
 * Time, matches and hashes. Hashes come last, because in some states the words tell
 * them already. All three change too often for a live region and stay outside it.
 */
export function Counters({ state, now }: CountersProps) {
  const { card: text, numbers } = words.value;
  const elapsedMs = elapsedOf(state, isActive(state) ? now.value : 0);
  return (
    <dl class="counters">
      <div>
        <dt>{text.elapsed}</dt>
        <dd>{numbers.duration(elapsedMs)}</dd>
      </div>
      <div>
        <dt>{text.matches(state.matches.count)}</dt>
        <dd>{numbers.count(state.matches.count)}</dd>
      </div>
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
