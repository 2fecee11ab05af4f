import type { ComponentChild, ComponentChildren, VNode } from "preact";
import { useEffect, useId, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { Match, Matches } from "../../session/matches.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { useKeptFocus } from "../parts/focus.ts";
import { Hash } from "../parts/hash.tsx";
import { words } from "../parts/language.ts";
import { moveInRows } from "../parts/row-keys.ts";

/** A match that a person wants to check. */
export interface Checked {
  readonly match: Match;
  readonly name: string;
  readonly onClose: () => void;
}

// So many new rows cost a drawing of the page about 10 ms; all 500 at once cost up to 250 ms.
const rowsAtOnce = 25;

interface MatchListProps {
  readonly matches: Matches;
  readonly name: string;
  /** Matches with more wrong letters than this are near misses. */
  readonly wrongAllowed: number;
  readonly announce: (line: string, topic: string) => void;
  /** How a match is checked; undefined until it is loaded. */
  readonly check: ((checked: Checked) => ComponentChild) | undefined;
  /** Buttons for all matches together. */
  readonly children?: ComponentChildren;
}

/** The best matches and near misses, fewest wrong letters first. */
export function MatchList({
  matches: { count, kept },
  name,
  wrongAllowed,
  announce,
  check,
  children,
}: MatchListProps) {
  const [checked, setChecked] = useState<Match>();
  const pressed = useRef<HTMLButtonElement>(null);
  const isChecking = check !== undefined;
  const asked = useMemo(
    () => ({ name, wrongAllowed, announce, onCheck: isChecking ? open : undefined }),
    [name, wrongAllowed, announce, isChecking],
  );
  // The same array means the same rows, so that a growing count renders nothing.
  const known = useMemo(() => new WeakMap<Match, VNode>(), [asked]);
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
        {shown.map((match) => rowOf(match, asked, known))}
      </ol>
    ),
    [shown, asked, text],
  );

  function open(match: Match, button: HTMLButtonElement): void {
    pressed.current = button;
    setChecked(match);
  }

  function onClose(): void {
    setChecked(undefined);
    // A better match may have displaced its row.
    (pressed.current?.isConnected ? pressed.current : list.current)?.focus();
  }

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
      {checked && check?.({ match: checked, name, onClose })}
    </div>
  );
}

interface Asked extends Pick<MatchListProps, "name" | "wrongAllowed" | "announce"> {
  readonly onCheck: ((match: Match, button: HTMLButtonElement) => void) | undefined;
}

// A row that is the same object is not looked at again: a new match costs one row, not 500.
function rowOf(match: Match, asked: Asked, known: WeakMap<Match, VNode>): VNode {
  const row = known.get(match) ?? <MatchRow key={match.index} match={match} {...asked} />;
  known.set(match, row);
  return row;
}

function MatchRow({ match, name, wrongAllowed, announce, onCheck }: Asked & { readonly match: Match }) {
  const { card: text, kept } = words.value;
  const of = (match.distance > wrongAllowed ? kept.ofNearMiss : kept.ofMatch)(match.hash);
  return (
    <li class="match">
      <code class="hash">
        <Hash hash={match.hash} name={name} offset={match.offset} />
      </code>
      <span class="distance">{text.wrong(match.distance)}</span>
      <span class="secret">
        {text.secret} {match.secret === "" ? text.emptySecret : <code>{match.secret}</code>}
      </span>
      <span class="match-actions">
        <CopyButton label={kept.copyBytes} of={of} text={() => match.secret} announce={announce} isInRow />
        {onCheck && (
          <button
            type="button"
            class="quiet check"
            tabIndex={-1}
            data-column="check"
            onClick={(event) => onCheck(match, event.currentTarget)}
          >
            {kept.check} <span class="unseen">{of}</span>
          </button>
        )}
      </span>
    </li>
  );
}
