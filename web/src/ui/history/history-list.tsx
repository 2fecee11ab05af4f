import { type KeptSearch, restoredState } from "../../session/kept-search.ts";
import type { Page } from "../page.ts";
import { focusName, focusNewestCard } from "../parts/focus.ts";
import { Glyph, glyphOf } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { actionLabel, actionOf } from "../search-card/card-action.ts";

/** The searches of earlier pages, and those that were removed from this one. */
export function HistoryList({ page }: { readonly page: Page }) {
  const history = page.history.value;
  const { kept: text } = words.value;
  if (history === undefined) return null;
  if (!history.isKept.value) return <p class="hint">{text.notKept}</p>;
  const entries = history.entries.value;
  if (entries.length === 0) return null;

  async function clear(): Promise<void> {
    focusName();
    await history?.clear();
    page.announcer.announce(text.cleared);
  }

  return (
    <section class="history" aria-labelledby="history-title">
      <div class="history-head">
        <h2 id="history-title">{text.history}</h2>
        <button type="button" class="quiet" onClick={() => void clear()}>
          {text.clear}
        </button>
      </div>
      <ul>
        {entries.map((entry) => (
          <Entry key={entry.key} entry={entry} page={page} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ entry, page }: { readonly entry: KeptSearch; readonly page: Page }) {
  const { kept: text } = words.value;
  const state = restoredState(entry);
  const { name } = state.query;

  function open(andContinue: boolean): void {
    const card = page.history.peek()?.open(entry);
    if (card === undefined) return;
    if (andContinue) page.resume(card);
    focusNewestCard();
  }

  return (
    <li class="entry">
      <p class="entry-name">
        <Glyph kind={glyphOf(state)} /> <b>{name}</b>
        <span class="hint">
          {text.found(state.matches.count)} ·{" "}
          <time dateTime={new Date(entry.savedAt).toISOString()}>{text.moment(entry.savedAt)}</time>
        </span>
      </p>
      <p class="entry-words hint">{page.words(state)}</p>
      <div class="entry-actions">
        <button type="button" class="quiet" onClick={() => open(false)}>
          {text.show} <span class="unseen">{name}</span>
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
