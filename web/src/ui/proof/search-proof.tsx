import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { machinesOf } from "../../../../client/machines.ts";
import type { SearchState } from "../../session/search-state.ts";
import type { Store } from "../../store/store.ts";
import { proofWords } from "../../words/proof-words.ts";
import { words } from "../parts/language.ts";
import { LastStopPanel } from "./last-stop-panel.tsx";
import { ProofTimeline } from "./proof-timeline.tsx";
import { Verdict } from "./verdict.tsx";

interface SearchProofProps {
  readonly state: SearchState;
  readonly now: ReadonlySignal<number>;
}

/** The server's own word on a search's Stop, which stays with the search. Nothing for one that was not stopped. */
export function searchProof(state: SearchState, now: ReadonlySignal<number>): VNode {
  return <SearchProof state={state} now={now} />;
}

/** The latest Stop of the page in short. */
export function lastStopPanel(store: Pick<Store, "lastStop">): VNode {
  return <LastStopPanel store={store} />;
}

function SearchProof({ state, now }: SearchProofProps) {
  const details = useRef<HTMLDetailsElement>(null);
  // Which of several machines has confirmed is what a person waits to see.
  const hasMachines = state.report !== undefined && machinesOf(state.report).length > 0;
  useLayoutEffect(() => {
    if (hasMachines && details.current) details.current.open = true;
  }, [hasMachines]);
  if (!("stop" in state)) return null;
  return (
    <details ref={details} class="search-proof">
      <summary>
        {proofWords(words.value).ofSearch} <Verdict state={state} />
      </summary>
      <div class="proof-lists">
        <ProofTimeline state={state} now={now.value} />
      </div>
    </details>
  );
}
