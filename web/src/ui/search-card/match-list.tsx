import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useMemo, useReducer } from "preact/hooks";
import type { Match, Matches } from "../../session/matches.ts";
import { useKeptFocus } from "../parts/focus.ts";
import { words } from "../parts/language.ts";
import { moveInRows } from "../parts/row-keys.ts";
import { CopyButton } from "./copy-button.tsx";
import { Hash } from "./hash.tsx";

// So many new rows cost a drawing of the page about 10 ms; all 500 at once cost up to 250 ms.
const rowsAtOnce = 25;

interface MatchListProps {
  readonly matches: Matches;
  readonly name: string;
  /** Matches with more wrong letters than this are near misses. */
  readonly wrongAllowed: number;
  /** Buttons for all matches together. */
  readonly children?: ComponentChildren;
}

/** The best matches and near misses, fewest wrong letters first. */
export function MatchList({ matches: { count, kept }, name, wrongAllowed, children }: MatchListProps) {
  // The same array means the same rows, so that a growing count renders nothing.
  const known = useMemo(() => new WeakMap<Match, VNode>(), [name]);
  // A better match replaces the worst one, which may have the focus.
  const list = useKeptFocus<HTMLOListElement>();
  const hintId = useId();
  const text = words.value.card;
  // New rows beyond those of one drawing come with the next.
  const [drawing, drawAgain] = useReducer((n: number) => n + 1, 0);
  const shown = useMemo(() => {
    let room = rowsAtOnce;
    return kept.filter((match) => known.has(match) || room-- > 0);
  }, [kept, known, drawing]);
  useEffect(() => {
    if (shown.length === kept.length) return;
    const next = requestAnimationFrame(drawAgain);
    return () => cancelAnimationFrame(next);
  }, [shown]);
  // The same element is passed over: else all 500 rows would be looked at 20 times a second in a flood.
  const rows = useMemo(
    () => (
      <ol
        ref={list}
        class="matches-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is the one stop of all its rows, and scrolls.
        tabIndex={0}
        aria-label={text.foundFor(name)}
        aria-describedby={hintId}
        onKeyDown={moveInRows}
      >
        {shown.map((match) => rowOf(match, { name, wrongAllowed }, known))}
      </ol>
    ),
    [shown, name, text],
  );
  if (kept.length === 0) return null;
  return (
    <div class="matches">
      {rows}
      <div class="matches-foot">
        {count > shown.length && <p class="hint">{text.bestOf(shown.length, count)}</p>}
        <p class="hint matches-keys" id={hintId}>
          {text.arrowKeys}
        </p>
        {children}
      </div>
    </div>
  );
}

type Asked = Pick<MatchListProps, "name" | "wrongAllowed">;

// A row that is the same object is not looked at again: a new match costs one row, not 500.
function rowOf(match: Match, asked: Asked, known: WeakMap<Match, VNode>): VNode {
  const row = known.get(match) ?? <MatchRow key={match.index} match={match} {...asked} />;
  known.set(match, row);
  return row;
}

function MatchRow({ match, name, wrongAllowed }: Asked & { readonly match: Match }) {
  const { copyMatch, copyNearMiss } = words.value.kept;
  const copied = match.distance > wrongAllowed ? copyNearMiss : copyMatch;
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
      <CopyButton text={textOf(match)} of={copied(match.hash)} />
    </li>
  );
}

// The text that is copied: the hash, and the bytes behind it as base64.
function textOf({ hash, secret }: Match): string {
  return `${hash}\t${secret}`;
}
