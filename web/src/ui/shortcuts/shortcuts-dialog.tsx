import type { RefObject } from "preact";
import { useId } from "preact/hooks";
import { shortcutsWords } from "../../words/shortcuts-words.ts";
import { focusView } from "../parts/focus.ts";
import { words } from "../parts/language.ts";
import { hearQuestionMark, hearsQuestionMark } from "../parts/question-mark.ts";
import { KeyList } from "./key-list.tsx";

// What stands on the key itself, everywhere.
const enter = "Enter";

interface ShortcutsDialogProps {
  readonly dialog: RefObject<HTMLDialogElement | null>;
  /** What had the focus when the list was opened. */
  readonly opener: RefObject<Element | null>;
}

/** Lists the keys over the page. The browser keeps the focus in it, and Esc closes it. */
export function ShortcutsDialog({ dialog, opener }: ShortcutsDialogProps) {
  const text = shortcutsWords(words.value);
  const titleId = useId();

  function closed(): void {
    // The word of an earlier end comes late: the list may be open again.
    if (dialog.current?.open) return;
    // The browser gives the focus back, but what had it may be gone by now.
    if (opener.current?.isConnected === false) focusView();
  }

  return (
    <dialog ref={dialog} class="sheet shortcuts" aria-labelledby={titleId} onClose={closed} closedby="any">
      <div class="sheet-body">
        <header>
          <h2 id={titleId}>{text.title}</h2>
          <button type="button" onClick={() => dialog.current?.close()}>
            {text.close}
          </button>
        </header>
        <KeyList
          title={text.searches}
          keys={[
            [[enter], text.search],
            [["Esc"], text.stopOne],
            [["Esc", "Esc"], text.stopAll],
            [[text.arrows], text.rows],
            [[enter], text.copy],
          ]}
        />
        <KeyList
          title={text.streams}
          keys={[
            [[text.anyKey], text.press],
            [[text.arrows], text.move],
            [["Esc"], text.cancelOne],
            [["Esc", "Esc"], text.cancelAll],
          ]}
        />
        <KeyList title={text.everywhere} keys={[[["?"], text.thisList]]} />
        <p class="hint">{text.hide}</p>
        <label>
          <input
            type="checkbox"
            checked={hearsQuestionMark.value}
            onChange={(event) => hearQuestionMark(event.currentTarget.checked)}
          />
          {text.turnOn}
        </label>
      </div>
    </dialog>
  );
}
