import type { Page } from "../page.ts";
import { words } from "../parts/language.ts";
import { SearchCard } from "./search-card.tsx";

/** Every search of the page, newest first, and the one button that stops them all. */
export function SearchList({ page }: { readonly page: Page }) {
  const { cards, running } = page.store;
  const { card: text, action } = words.value;
  return (
    <section class="searches" aria-labelledby="searches-title">
      <div class="searches-head">
        <h2 id="searches-title">{text.region}</h2>
        {running.value.length > 1 && (
          <button
            type="button"
            class="stop"
            onClick={(event) => page.stopFromOutside("all", event.timeStamp)}
          >
            {action.stopAll}
          </button>
        )}
      </div>
      {cards.value.length === 0 && <p class="empty">{text.empty}</p>}
      {cards.value.map((card) => (
        <SearchCard key={card.key} card={card} page={page} />
      ))}
    </section>
  );
}
