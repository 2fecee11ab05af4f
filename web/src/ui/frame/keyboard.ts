import type { Card, Store } from "../../store/store.ts";
import type { KeyedStream, Streams } from "../../store/streams.ts";

const twiceMs = 1_000;

/** What Esc stops. `at` is when it was pressed, on the clock of `performance.now()`. */
export interface Stops {
  one(at: number): void;
  all(at: number): void;
}

/** Esc stops one, and Esc twice within a second stops all. `stops` gives what can be stopped. */
export function stopOnEscape(stops: () => Stops): void {
  let lastAt = Number.NEGATIVE_INFINITY;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || event.repeat) return;
    // Esc closes what lies over the page, and stops nothing then.
    if (document.querySelector(":modal")) return;
    const isSecond = event.timeStamp - lastAt <= twiceMs;
    lastAt = event.timeStamp;
    if (isSecond) stops().all(event.timeStamp);
    else stops().one(event.timeStamp);
  });
}

/** The focused search, else the latest; or all of them. */
export function searchStops(store: Store): Stops {
  return {
    one: (at) => targetOf(store)?.session.stop("Esc", at),
    all: (at) => store.stopAll("Esc twice", at),
  };
}

/** The stream of the focused card, else the one started last; or all of them. */
export function streamStops(streams: Streams): Stops {
  return {
    one() {
      const target = streamTargetOf(streams);
      if (target) streams.toggle(target.key);
    },
    all: streams.cancelAll,
  };
}

function targetOf({ running }: Store): Card | undefined {
  const focused = focusedIn("[data-card]")?.dataset.card;
  const cards = running.value;
  return cards.find(({ key }) => String(key) === focused) ?? cards[0];
}

function streamTargetOf({ on }: Streams): KeyedStream | undefined {
  const focused = focusedIn("[data-key]")?.dataset.key;
  return on.value.find(({ key }) => key === focused) ?? on.value.at(-1);
}

function focusedIn(selector: string): HTMLElement | null | undefined {
  return document.activeElement?.closest<HTMLElement>(selector);
}
