/** What the page hears from its browser. */
export interface Surface {
  readonly window: EventTarget;
  readonly document: EventTarget & { readonly hidden: boolean };
}

const tickMs = 1_000;
// The tick of a busy page is late by less than this.
const sleptMs = 5_000;

/**
 * Calls back when the page has slept, or the network may have come back: what
 * was open before may be dead without a word. A hidden page's timers are slow on
 * purpose, so only a visible one's tell of a sleep.
 */
export function onWake(wake: () => void, { window, document }: Surface): void {
  let lastTickAt = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - lastTickAt >= sleptMs && !document.hidden) wake();
    lastTickAt = now;
  }, tickMs);
  document.addEventListener("visibilitychange", () => {
    lastTickAt = Date.now();
  });
  document.addEventListener("resume", wake);
  // "online" is a reason to try again, no more; "offline" is not believed at all.
  window.addEventListener("online", wake);
}
