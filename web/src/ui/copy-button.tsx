import { copy } from "./copy.ts";
import { words } from "./language.ts";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for those who hear the button instead of seeing its place. */
  readonly of: string;
}

// How long the button says what came of it.
const saidMs = 2_000;

/**
 * Copies a text and says so on the button itself. A card may have 500: it is one element without
 * state, and no stop of the Tab key but reached within its list.
 */
export function CopyButton({ text, of }: CopyButtonProps) {
  const { kept } = words.value;

  async function press(button: HTMLButtonElement): Promise<void> {
    const say = (said: string) => {
      button.textContent = said;
      button.ariaLabel = `${said} ${of}`;
    };
    say((await copy(text)) ? kept.copied : kept.notCopied);
    setTimeout(() => say(kept.copy), saidMs);
  }

  return (
    <button
      type="button"
      class="quiet copy"
      tabIndex={-1}
      aria-label={`${kept.copy} ${of}`}
      onClick={(event) => void press(event.currentTarget)}
    >
      {kept.copy}
    </button>
  );
}
