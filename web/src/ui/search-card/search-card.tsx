import type { ComponentChild } from "preact";
import { isActive, type SearchState } from "../../session/search-state.ts";
import type { Card, Store } from "../../store/store.ts";
import { bannerId } from "../parts/banner-id.ts";
import { focusName, useGivenFocus } from "../parts/focus.ts";
import { Glyph, glyphOf } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { CardButton } from "./card-button.tsx";
import { Counters } from "./counters.tsx";
import { ExportButtons } from "./export-buttons.tsx";
import { LiveSample } from "./live-sample.tsx";
import { type Checked, MatchList } from "./match-list.tsx";
import { neverSent } from "./never-sent.ts";

interface SearchCardProps extends CardParts {
  readonly card: Card;
  readonly store: Pick<Store, "connection" | "now" | "remove">;
}

/** What is given to every card. */
export interface CardParts {
  /** What chance would bring. */
  readonly odds: (state: SearchState) => ComponentChild;
  /** A search's state in words. */
  readonly say: (state: SearchState) => string;
  readonly announce: (line: string, topic: string) => void;
  /** The proof of its Stop. */
  readonly proof: (state: SearchState) => ComponentChild;
  /** How one of its matches is checked; undefined until it is loaded. */
  readonly check: ((checked: Checked) => ComponentChild) | undefined;
}

/** One search: its name, its state in words, its figures, its matches and its one button. */
export function SearchCard({ card, store, say, announce, odds, proof, check }: SearchCardProps) {
  const state = card.state.value;
  const titleId = `search-${card.key}`;
  const { card: text, action } = words.value;
  const article = useGivenFocus(card.key);
  const isUnreached = store.connection.value.kind === "lost";

  function remove(): void {
    store.remove(card);
    focusName();
  }

  return (
    <article
      ref={article}
      class="card"
      data-card={card.key}
      data-state={state.kind}
      data-unreached={state.kind === "running" && state.unreached !== undefined}
      aria-labelledby={titleId}
      aria-describedby={isUnreached ? bannerId : undefined}
    >
      <header class="card-head">
        <h3 id={titleId}>{state.query.name}</h3>
        <p class="card-query">{text.query(state.query.wrongAllowed, state.query.alsoShow)}</p>
      </header>
      <p class="card-state">
        <Glyph kind={glyphOf(state)} />
        <span>{say(state)}</span>
      </p>
      {!neverSent(state) && (
        <div class="card-figures">
          <Counters state={state} now={store.now} />
          <LiveSample state={state} />
        </div>
      )}
      <div class="card-actions">
        <CardButton card={card} />
        {!isActive(state) && (
          <button type="button" class="quiet" onClick={remove}>
            {action.remove} <span class="unseen">{state.query.name}</span>
          </button>
        )}
      </div>
      <div class="card-odds">
        {odds(state)}
        {proof(state)}
      </div>
      <MatchList
        matches={state.matches}
        name={state.query.name}
        wrongAllowed={state.query.wrongAllowed}
        announce={announce}
        check={check}
      >
        <ExportButtons state={state} />
      </MatchList>
    </article>
  );
}
