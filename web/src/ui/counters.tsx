import type { ReadonlySignal } from "@preact/signals";
import { elapsedOf, hashesOf } from "../session/figures.ts";
import { isActive, type SearchState } from "../session/search-state.ts";
import { words } from "./language.ts";

interface CountersProps {
  readonly state: SearchState;
  readonly now: ReadonlySignal<number>;
}

/** Hashes, time and matches. They move too often for a live region and stay outside it. */
export function Counters({ state, now }: CountersProps) {
  const { card: text, numbers } = words.value;
  const elapsedMs = elapsedOf(state, isActive(state) ? now.value : 0);
  return (
    <dl class="counters">
      {!wordsTellHashes(state) && (
        <div>
          <dt>{text.hashes}</dt>
          <dd>{numbers.count(hashesOf(state))}</dd>
        </div>
      )}
      <div>
        <dt>{text.elapsed}</dt>
        <dd>{numbers.duration(elapsedMs)}</dd>
      </div>
      <div>
        <dt>{text.matches(state.matches.count)}</dt>
        <dd>{numbers.count(state.matches.count)}</dd>
      </div>
    </dl>
  );
}

function wordsTellHashes({ kind, progress }: SearchState): boolean {
  return kind === "found" || kind === "budget" || (kind === "running" && progress !== undefined);
}
