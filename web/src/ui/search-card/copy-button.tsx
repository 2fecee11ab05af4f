import { copy } from "../parts/copy.ts";
import { words } from "../parts/language.ts";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for people who hear the button instead of seeing where it is. */
  readonly of: string;
}

// How long the button says whether it worked.
const saidMs = 2_000;

/**
 * Copies a text and says so on the button itself. A card may have 500 of them, so each is one
 * element without state. The Tab key does not stop at it; arrows reach it within its list.
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
