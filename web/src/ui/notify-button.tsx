import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { isActive } from "../session/search-state.ts";
import { words } from "./language.ts";
import type { Page } from "./page.ts";

/** Asks the browser for notifications, and only when it is pressed. */
export function NotifyButton({ page }: { readonly page: Page }) {
  const isOn = useSignal(false);
  const active = useRef<ReadonlySet<number>>(new Set());
  const { kept: text } = words.value;

  useSignalEffect(() => {
    const before = active.current;
    active.current = new Set(page.store.active.value.map(({ key }) => key));
    if (!isOn.value || document.visibilityState === "visible") return;
    for (const card of page.store.cards.value) {
      const state = card.state.value;
      if (before.has(card.key) && !isActive(state)) notify(state.query.name, page.words(state));
    }
  });

  // Only in secure contexts, and not in every browser.
  if (typeof Notification === "undefined" || isOn.value) return null;

  async function press(): Promise<void> {
    isOn.value = (await Notification.requestPermission()) === "granted";
    page.announcer.announce(isOn.value ? text.notifyOn : text.notifyDenied);
  }

  return (
    <button type="button" class="quiet" onClick={() => void press()}>
      {text.notify}
    </button>
  );
}

function notify(title: string, body: string): void {
  try {
    new Notification(title, { body, icon: "/favicon.svg", tag: `hash-finder ${title}` });
  } catch {
    // Android allows them only from a service worker: the title of the tab says it as well.
  }
}
