import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { isActive } from "../session/search-state.ts";
import { Glyph } from "./glyph.tsx";
import { words } from "./language.ts";
import { canNotify, isNotifying, notify, toggleNotifying } from "./notify.ts";
import type { Page } from "./page.ts";

/** Turns notifications of ended searches on and off; they come only while the page is not seen. */
export function NotifyButton({ page }: { readonly page: Page }) {
  const active = useRef<ReadonlySet<number>>(new Set());
  const { kept: text } = words.value;

  useSignalEffect(() => {
    const before = active.current;
    active.current = new Set(page.store.active.value.map(({ key }) => key));
    if (!isNotifying.value || document.visibilityState === "visible") return;
    for (const card of page.store.cards.value) {
      const state = card.state.value;
      if (before.has(card.key) && !isActive(state)) notify(state.query.name, page.words(state));
    }
  });

  if (!canNotify) return null;

  async function press(): Promise<void> {
    page.announcer.announce(text[await toggleNotifying()]);
  }

  return (
    <button type="button" class="quiet notify" aria-pressed={isNotifying.value} onClick={() => void press()}>
      {isNotifying.value && <Glyph kind="done" />}
      {text.notify}
    </button>
  );
}
