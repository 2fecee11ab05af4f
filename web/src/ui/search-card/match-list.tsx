import type { ComponentChildren, VNode } from "preact";
import { useId, useMemo } from "preact/hooks";
import type { Match, Matches } from "../../session/matches.ts";
import { useKeptFocus } from "../parts/focus.ts";
import { words } from "../parts/language.ts";
import { moveInRows } from "../parts/row-keys.ts";
import { CopyButton } from "./copy-button.tsx";
import { Hash } from "./hash.tsx";

interface MatchListProps {
  readonly matches: Matches;
  readonly name: string;
  /** Buttons for all matches together. */
  readonly children?: ComponentChildren;
}

/** The best matches, fewest wrong letters first. */
export function MatchList({ matches: { count, kept }, name, children }: MatchListProps) {
  // The same array means the same rows, so that a growing count renders nothing.
  const known = useMemo(() => new WeakMap<Match, VNode>(), [name]);
  const rows = useMemo(() => kept.map((match) => rowOf(match, name, known)), [kept, name]);
  // A better match replaces the worst one, which may have the focus.
  const list = useKeptFocus<HTMLOListElement>();
  const hintId = useId();
  if (kept.length === 0) return null;
  const text = words.value.card;
  return (
    <div class="matches">
      <ol
        ref={list}
        class="matches-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is the one stop of all its rows, and scrolls.
        tabIndex={0}
        aria-label={text.matchesOf(name)}
        aria-describedby={hintId}
        onKeyDown={moveInRows}
      >
        {rows}
      </ol>
      <div class="matches-foot">
        {count > kept.length && <p class="hint">{text.bestOf(kept.length, count)}</p>}
        <p class="hint matches-keys" id={hintId}>
          {text.arrowKeys}
        </p>
        {children}
      </div>
    </div>
  );
}

// A row that is the same object is not looked at again: a new match costs one row, not 500.
function rowOf(match: Match, name: string, known: WeakMap<Match, VNode>): VNode {
  const row = known.get(match) ?? <MatchRow key={match.index} match={match} name={name} />;
  known.set(match, row);
  return row;
}

function MatchRow({ match, name }: { readonly match: Match; readonly name: string }) {
  const text = words.value.card;
  return (
    <li class="match">
      <code class="hash">
        <Hash hash={match.hash} name={name} offset={match.offset} />
      </code>
      <span class="distance">{text.wrong(match.distance)}</span>
      <span class="secret">
        {text.secret} {match.secret === "" ? text.emptySecret : <code>{match.secret}</code>}
      </span>
      <CopyButton text={textOf(match)} of={words.value.kept.copyMatch(match.hash)} />
    </li>
  );
}

// The text that is copied: the hash, and the bytes behind it as base64.
function textOf({ hash, secret }: Match): string {
  return `${hash}\t${secret}`;
}
