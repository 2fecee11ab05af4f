import { copy } from "./copy.ts";
import { words } from "./language.ts";

interface CopyButtonProps {
  /** What the button says it copies: "Copy link". */
  readonly label: string;
  /** Of what, for people who hear the button instead of seeing where it is. */
  readonly of?: string;
  /** Asked for when the button is pressed. */
  readonly text: () => string;
  readonly announce: (line: string, topic: string) => void;
  readonly class?: string;
  /** Whether arrows lead to it within its list, instead of the Tab key. */
  readonly isInRow?: boolean;
}

// How long the button says whether it worked.
const saidMs = 2_000;

/**
 * Copies a text and says so on the button itself, and once in the live region. A card may have
 * 500 of them, so each is one element without state.
 */
export function CopyButton({ label, of, text, announce, class: className = "", isInRow }: CopyButtonProps) {
  const nameOf = (said: string) => (of === undefined ? said : `${said} ${of}`);

  async function press(button: HTMLButtonElement): Promise<void> {
    const say = (said: string) => {
      button.textContent = said;
      button.ariaLabel = nameOf(said);
    };
    // What stands beside it does not move.
    button.style.minWidth = `${button.offsetWidth}px`;
    const { copied, notCopied } = words.peek().kept;
    const outcome = (await copy(text())) ? copied : notCopied;
    say(outcome);
    announce(outcome, "copy");
    setTimeout(() => {
      say(label);
      button.style.minWidth = "";
    }, saidMs);
  }

  return (
    <button
      type="button"
      class={`quiet copy ${className}`}
      {...(isInRow && { tabIndex: -1, "data-column": "copy" })}
      aria-label={nameOf(label)}
      onClick={(event) => void press(event.currentTarget)}
    >
      {label}
    </button>
  );
}
