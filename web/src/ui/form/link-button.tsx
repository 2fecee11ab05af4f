import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { copy } from "../parts/copy.ts";
import { words } from "../parts/language.ts";
import type { FormInput } from "./form-input.ts";
import { linkFor } from "./search-link.ts";

interface LinkButtonProps {
  readonly input: ReadonlySignal<FormInput>;
  readonly announce: (line: string) => void;
}

// Safari refuses more than 100 changes of the address in 30 seconds.
const settledMs = 350;

/** Copies a link that fills in this form. The address of the page follows the form as well. */
export function LinkButton({ input, announce }: LinkButtonProps) {
  const { kept } = words.value;

  useSignalEffect(() => {
    const query = linkFor(input.value, location.search);
    if (query === location.search) return;
    const timer = setTimeout(() => {
      history.replaceState(null, "", `${location.pathname}${query}${location.hash}`);
    }, settledMs);
    return () => clearTimeout(timer);
  });

  async function press(): Promise<void> {
    const link = new URL(linkFor(input.peek(), location.search) || location.pathname, location.href).href;
    announce((await copy(link)) ? kept.copied : kept.notCopied);
  }

  return (
    <button type="button" class="quiet copy-link" onClick={() => void press()}>
      {kept.copyLink}
    </button>
  );
}
