import { isActive, type SearchState } from "../../session/search-state.ts";
import type { Card } from "../../store/store.ts";
import type { Page } from "../page.ts";
import { Glyph, glyphOf } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { CardButton } from "./card-button.tsx";
import { ChanceBar } from "./chance-bar.tsx";
import { Counters } from "./counters.tsx";
import { ExportButtons } from "./export-buttons.tsx";
import { Ladder } from "./ladder.tsx";
import { MatchList } from "./match-list.tsx";

/** States in which nothing has been counted. */
function neverSent({ kind, run }: SearchState): boolean {
  const isWaiting = kind === "queued" || kind === "withdrawn";
  return kind.startsWith("refused") || (isWaiting && run.startIndex === 0n);
}

/** One search: its name, its state in words, its figures, its matches and its one button. */
export function SearchCard({ card, page }: { readonly card: Card; readonly page: Page }) {
  const state = card.state.value;
  const titleId = `search-${card.key}`;
  const { card: text, action } = words.value;
  return (
    <article
      class="card"
      data-card={card.key}
      data-state={state.kind}
      data-unreached={state.kind === "running" && state.unreached !== undefined}
      aria-labelledby={titleId}
    >
      <header class="card-head">
        <h3 id={titleId}>{state.query.name}</h3>
        <p class="card-query">{text.query(state.query.wrongAllowed, state.query.alsoShow)}</p>
      </header>
      <p class="card-state">
        <Glyph kind={glyphOf(state)} />
        <span>{page.words(state)}</span>
      </p>
      {!neverSent(state) && <Counters state={state} now={page.store.now} />}
      <div class="card-actions">
        <CardButton card={card} page={page} />
        {!isActive(state) && (
          <button type="button" class="quiet" onClick={() => page.remove(card)}>
            {action.remove} <span class="unseen">{state.query.name}</span>
          </button>
        )}
      </div>
      <div class="card-odds">
        <ChanceBar state={state} odds={page.odds} />
        {!neverSent(state) && <Ladder state={state} odds={page.odds} />}
      </div>
      <MatchList matches={state.matches} name={state.query.name}>
        <ExportButtons state={state} />
      </MatchList>
    </article>
  );
}
