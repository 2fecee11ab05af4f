import type { Store } from "../../store/store.ts";
import { words } from "../parts/language.ts";
import { type CardParts, SearchCard } from "./search-card.tsx";
import { stopAll } from "./stop-from-outside.ts";

interface SearchListProps extends CardParts {
  readonly store: Store;
}

/** Every search of the page, newest first, and the one button that stops them all. */
export function SearchList({ store, ...parts }: SearchListProps) {
  const { cards, running } = store;
  const { card: text, action } = words.value;
  return (
    <section class="searches" aria-labelledby="searches-title">
      <div class="searches-head">
        <h2 id="searches-title">{text.region}</h2>
        {running.value.length > 1 && (
          <button
            type="button"
            class="stop"
            title={action.stopAllKey}
            onClick={(event) => stopAll(store, event.timeStamp)}
          >
            {action.stopAll}
          </button>
        )}
      </div>
      {cards.value.length === 0 && <p class="empty">{text.empty}</p>}
      {cards.value.map((card) => (
        <SearchCard key={card.key} card={card} store={store} {...parts} />
      ))}
    </section>
  );
}
