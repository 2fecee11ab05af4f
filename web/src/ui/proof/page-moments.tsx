import type { SearchState } from "../../session/search-state.ts";
import { words } from "../parts/language.ts";

/** What this page measured of a Stop: from the press to the server's word. */
export function PageMoments({ state }: { readonly state: SearchState }) {
  const { proof: text, numbers } = words.value;
  return (
    <ol class="timeline">
      <Moment at={numbers.milliseconds(0)} what={text.pressed(state.query.name)} />
      {state.kind === "stopped" && (
        <Moment at={numbers.milliseconds(state.confirmedInMs)} what={text.confirmed} key={state.stop.at} />
      )}
    </ol>
  );
}

/** A moment of a timeline. */
export function Moment({ at, what }: { readonly at: string; readonly what: string }) {
  return (
    <li>
      <span class="at">{at}</span> <span class="what">{what}</span>
    </li>
  );
}
