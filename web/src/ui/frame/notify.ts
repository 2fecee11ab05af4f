import { effect, type Signal, signal } from "@preact/signals";
import { isActive, type SearchState } from "../../session/search-state.ts";
import type { Store } from "../../store/store.ts";
import { recall, remember } from "../parts/remember.ts";

const key = "notify";

/** False where the browser has no notifications at all. */
export const canNotify = typeof Notification !== "undefined";

/** Whether the person asked for notifications, on this visit or an earlier one, and the browser allows them. */
export const isNotifying: Signal<boolean> = signal(
  canNotify && recall(key) === "on" && Notification.permission === "granted",
);

/** Turns them on or off, and keeps the choice for the next visit. Nothing else asks the browser. */
export async function toggleNotifying(): Promise<"notifyOn" | "notifyOff" | "notifyDenied"> {
  const wanted = !isNotifying.peek();
  isNotifying.value = wanted && (await Notification.requestPermission()) === "granted";
  remember(key, isNotifying.peek() ? "on" : undefined);
  if (!wanted) return "notifyOff";
  return isNotifying.peek() ? "notifyOn" : "notifyDenied";
}

/** Says how each search ends while the page is not seen. */
export function notifyOfEnds({ active, cards }: Store, words: (state: SearchState) => string): void {
  let before: ReadonlySet<number> = new Set();
  effect(() => {
    const wereActive = before;
    before = new Set(active.value.map(({ key }) => key));
    if (!isNotifying.value || document.visibilityState === "visible") return;
    for (const card of cards.value) {
      const state = card.state.value;
      if (wereActive.has(card.key) && !isActive(state)) notify(state.query.name, words(state));
    }
  });
}

function notify(name: string, ending: string): void {
  try {
    new Notification(name, { body: ending, icon: "/favicon.svg", tag: `hash-finder ${name}` });
  } catch {
    // Android allows notifications only from a service worker. The title of the tab says the same.
  }
}
