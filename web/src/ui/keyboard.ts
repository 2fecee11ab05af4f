import type { Card, Store } from "../store/store.ts";

const twiceMs = 1_000;

/** Esc stops the focused search, else the latest; Esc twice within a second stops all. */
export function stopOnEscape(store: Store): void {
  let lastAt = Number.NEGATIVE_INFINITY;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || event.repeat) return;
    const isSecond = event.timeStamp - lastAt <= twiceMs;
    lastAt = event.timeStamp;
    if (isSecond) store.stopAll("Esc twice", event.timeStamp);
    else targetOf(store)?.session.stop("Esc", event.timeStamp);
  });
}

/** The search that a Stop without further words means. */
export function targetOf({ running }: Store): Card | undefined {
  const focused = document.activeElement?.closest<HTMLElement>("[data-card]")?.dataset.card;
  const cards = running.value;
  return cards.find(({ key }) => String(key) === focused) ?? cards[0];
}
