// A control that goes away must not take the focus with it.

/** Moves the focus to the newest search's one button. */
export function focusNewestCard(): void {
  document.querySelector<HTMLElement>("[data-card] button")?.focus();
}

/** Moves the focus to the newest search, or where there is none to where one begins. */
export function focusSearches(): void {
  focusName();
  focusNewestCard();
}

/** Moves the focus to where a new search begins. */
export function focusName(): void {
  document.querySelector<HTMLElement>("[name=desired_name]")?.focus();
}
