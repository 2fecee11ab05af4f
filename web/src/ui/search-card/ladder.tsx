import type { VNode } from "preact";
import { ladderOf } from "../../odds/figures.ts";
import type { Odds } from "../../odds/odds.ts";
import { isActive, type SearchState } from "../../session/search-state.ts";
import { words } from "../parts/language.ts";

interface LadderProps {
  readonly state: SearchState;
  readonly odds: Odds;
}

/** Nothing where there is nothing to compare. */
export function ladder(state: SearchState, odds: Odds): VNode {
  return <Ladder state={state} odds={odds} />;
}

/** For each number of wrong letters, how many matches were found and how many chance would bring. */
function Ladder({ state, odds }: LadderProps) {
  const { odds: text, numbers } = words.value;
  if (!isActive(state) && state.progress === undefined) return null;
  const rungs = ladderOf(state, odds);
  if (rungs.length === 0) return null;
  return (
    <table class="ladder">
      <caption class="unseen">{text.ladder(state.query.name)}</caption>
      <thead>
        <tr>
          <th scope="col">{text.wrong}</th>
          <th scope="col">{text.found}</th>
          <th scope="col">{text.expectedHead}</th>
        </tr>
      </thead>
      <tbody>
        {rungs.map(({ distance, found, expected }) => (
          <tr key={distance}>
            <th scope="row">{numbers.count(distance)}</th>
            <td>{numbers.count(found)}</td>
            <td>{text.expected(expected)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
