import type { ComponentChild, TargetedMouseEvent } from "preact";
import type { History } from "../../kept/history.ts";
import { type KeptSearch, restoredState } from "../../session/kept-search.ts";
import { idealAmong } from "../../session/matches.ts";
import type { SearchState } from "../../session/search-state.ts";
import { actionLabel, actionOf } from "../parts/card-action.ts";
import { focusCard, focusName } from "../parts/focus.ts";
import { Glyph, glyphOf } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { focusNeighbour, useEntryFocus } from "./focus-entry.ts";

export interface HistoryListProps {
  readonly history: History;
  /** A search's state in words. */
  readonly say: (state: SearchState) => string;
  /** The proof of a search's Stop. */
  readonly proof: (state: SearchState) => ComponentChild;
}

/** The searches of earlier pages, and those that were removed from this one. */
export function HistoryList({ history, say, proof }: HistoryListProps) {
  const { kept: text } = words.value;
  if (!history.isKept.value) return <p class="hint">{text.notKept}</p>;
  const entries = history.entries.value;
  if (entries.length === 0) return null;

  function clear(): void {
    focusName();
    void history.clear();
  }

  return (
    <section class="history" aria-labelledby="history-title">
      <div class="history-head">
        <h2 id="history-title">{text.history}</h2>
        <button type="button" class="quiet" onClick={clear}>
          {text.clear}
        </button>
      </div>
      <ul>
        {entries.map((entry) => (
          <Entry key={entry.key} entry={entry} history={history} say={say} proof={proof} />
        ))}
      </ul>
    </section>
  );
}

interface EntryProps extends HistoryListProps {
  readonly entry: KeptSearch;
}

function Entry({ entry, history, say, proof }: EntryProps) {
  const { kept: text } = words.value;
  const deleteButton = useEntryFocus(entry.key);
  const state = restoredState(entry);
  const { name, wrongAllowed } = state.query;
  const ideal = idealAmong(state.matches, wrongAllowed);

  function open(andContinue: boolean): void {
    const { key, session } = history.open(entry);
    if (andContinue) session.resume();
    focusCard(key);
  }

  function remove({ currentTarget }: TargetedMouseEvent<HTMLButtonElement>): void {
    if (!focusNeighbour(currentTarget)) focusName();
    void history.remove(entry);
  }

  return (
    <li class="entry">
      <p class="entry-name">
        <Glyph kind={glyphOf(state)} /> <b>{name}</b>
        <span class="hint">
          {text.found(ideal, state.matches.count - ideal)} ·{" "}
          <time dateTime={new Date(entry.savedAt).toISOString()}>{text.moment(entry.savedAt)}</time>
        </span>
      </p>
      <p class="entry-words hint">{say(state)}</p>
      {proof(state)}
      <div class="entry-actions">
        <button type="button" class="quiet" onClick={() => open(false)}>
          {text.show} <span class="unseen">{name}</span>
        </button>
        <button ref={deleteButton} type="button" class="quiet delete" onClick={remove}>
          {text.delete} <span class="unseen">{name}</span>
        </button>
        {actionOf(state) === "resume" && (
          <button type="button" class="again" onClick={() => open(true)}>
            {actionLabel(state, words.value)} <span class="unseen">{name}</span>
          </button>
        )}
      </div>
    </li>
  );
}
