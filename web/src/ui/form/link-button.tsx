import type { ReadonlySignal } from "@preact/signals";
import { copy } from "../parts/copy.ts";
import { words } from "../parts/language.ts";
import type { FormInput } from "./form-input.ts";
import { linkFor } from "./search-link.ts";

interface LinkButtonProps {
  readonly input: ReadonlySignal<FormInput>;
  readonly announce: (line: string) => void;
}

/** Copies a link that fills in this form. */
export function LinkButton({ input, announce }: LinkButtonProps) {
  const { kept } = words.value;

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
