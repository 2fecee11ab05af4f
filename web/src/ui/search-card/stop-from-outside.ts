// A button outside the cards goes away with what it stops, so the focus moves to the newest card.
import type { Card, Store } from "../../store/store.ts";
import { focusNewestCard } from "../parts/focus.ts";

/** Stops one search. `at` is when the button was pressed, on the clock of `performance.now()`. */
export function stopOne({ session }: Card, at: number): void {
  session.stop("Stop button", at);
  focusNewestCard();
}

/** Stops every search of the page. */
export function stopAll(store: Pick<Store, "stopAll">, at: number): void {
  store.stopAll("Stop all", at);
  focusNewestCard();
}
