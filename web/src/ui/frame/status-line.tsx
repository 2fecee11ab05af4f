import type { ReadonlySignal } from "@preact/signals";

/** The page's one live region: changes of state, seldom progress, never counters. */
export function StatusLine({ text }: { readonly text: ReadonlySignal<string> }) {
  return (
    <p role="status" class="status-line">
      {text}
    </p>
  );
}
