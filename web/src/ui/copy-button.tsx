import { copy } from "./copy.ts";
import { words } from "./language.ts";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for those who hear the button instead of seeing its place. */
  readonly of: string;
}

// How long the button says what came of it.
const saidMs = 2_000;

/** Copies a text and says so on the button itself. Without a state of its own: a card may have 500. */
export function CopyButton({ text, of }: CopyButtonProps) {
  const { kept } = words.value;

  async function press(label: Element | null): Promise<void> {
    if (label === null) return;
    label.textContent = (await copy(text)) ? kept.copied : kept.notCopied;
    setTimeout(() => {
      label.textContent = kept.copy;
    }, saidMs);
  }

  return (
    <button
      type="button"
      class="quiet copy"
      onClick={(event) => void press(event.currentTarget.firstElementChild)}
    >
      <span>{kept.copy}</span> <span class="unseen">{of}</span>
    </button>
  );
}
