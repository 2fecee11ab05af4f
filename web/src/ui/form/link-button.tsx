import type { ReadonlySignal } from "@preact/signals";
import { CopyButton } from "../parts/copy-button.tsx";
import { words } from "../parts/language.ts";
import type { FormInput } from "./form-input.ts";
import { linkFor } from "./search-link.ts";

interface LinkButtonProps {
  readonly input: ReadonlySignal<FormInput>;
  readonly announce: (line: string, topic: string) => void;
}

/** Copies a link that fills in this form. */
export function LinkButton({ input, announce }: LinkButtonProps) {
  const text = () => new URL(linkFor(input.peek(), location.search) || location.pathname, location.href).href;
  return <CopyButton class="copy-link" label={words.value.kept.copyLink} text={text} announce={announce} />;
}
