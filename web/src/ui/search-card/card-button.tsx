import type { Card } from "../../store/store.ts";
import { actionLabel, actionOf } from "../parts/card-action.ts";
import { words } from "../parts/language.ts";

/**
 * The card's one button: the same element in the same place through all states,
 * so that focus stays on it. It is never `disabled`, which would drop the focus.
 */
export function CardButton({ card }: { readonly card: Card }) {
  const state = card.state.value;
  const action = actionOf(state);
  // Cancelling a search that was never sent is nothing to be alarmed about.
  const isRed = (action === "stop" && state.kind !== "queued") || action === "wait";

  function press(event: MouseEvent): void {
    // The second click of a double click on Stop must not continue the search.
    if (event.detail > 1) return;
    if (action === "stop") card.session.stop("Stop button", event.timeStamp);
    if (action === "try-now") card.session.tryNow();
    if (action === "resume") card.session.resume();
  }

  return (
    <button
      type="button"
      class={isRed ? "stop" : "again"}
      hidden={action === "none"}
      aria-disabled={action === "wait"}
      {...(action === "stop" && { title: words.value.action.stopKey, "aria-keyshortcuts": "Escape" })}
      onClick={press}
      onKeyDown={ignoreRepeats}
    >
      {actionLabel(state, words.value)} <span class="unseen">{state.query.name}</span>
    </button>
  );
}

// Nor must Enter that is held down.
function ignoreRepeats(event: KeyboardEvent): void {
  if (event.repeat && event.key === "Enter") event.preventDefault();
}
