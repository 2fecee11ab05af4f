import { Glyph } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { canNotify, isNotifying, toggleNotifying } from "./notify.ts";

/** Turns notifications of ended searches on and off; they come only while the page is not seen. */
export function NotifyButton({ announce }: { readonly announce: (line: string) => void }) {
  const { kept: text } = words.value;
  if (!canNotify) return null;

  async function press(): Promise<void> {
    announce(text[await toggleNotifying()]);
  }

  return (
    <button type="button" class="quiet notify" aria-pressed={isNotifying.value} onClick={() => void press()}>
      {isNotifying.value && <Glyph kind="done" />}
      {text.notify}
    </button>
  );
}
