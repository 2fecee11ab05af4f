import { partsOf } from "../../session/match-parts.ts";
import { isActive, type SearchState } from "../../session/search-state.ts";
import { Hash } from "../parts/hash.tsx";
import { words } from "../parts/language.ts";
import { Term } from "../parts/term.tsx";
import { useSample } from "./use-sample.ts";

/** The candidate that is tried, and its hash. Stop freezes it. */
export function SampleLine({ state }: { readonly state: SearchState }) {
  const { card: text, terms } = words.value;
  const sample = useSample(state);
  const { name } = state.query;
  if (sample === undefined) return null;
  const word = isActive(state) ? text.candidate : text.lastCandidate;
  return (
    <>
      {/* What is new is keyed: letters that are written anew have not moved, so nothing counts as a shift. */}
      <span>
        {sample.isHit ? text.hit : <Term word={word} definition={terms.candidate} />}{" "}
        <code key={sample.bytes}>{sample.bytes}</code>
      </span>
      <code key={sample.hash} class="tried">
        {sample.isHit ? (
          <Hash hash={sample.hash} name={name} offset={sample.offset} />
        ) : (
          partsOf(sample.hash, name, sample.offset).map(({ text: part, kind }) =>
            kind === "right" ? <b>{part}</b> : part,
          )
        )}
      </code>
    </>
  );
}
