import { useId, useState } from "preact/hooks";

interface TermProps {
  readonly word: string;
  readonly definition: string;
}

/** A word with its definition, which shows on hover and on focus; Esc takes it away. */
export function Term({ word, definition }: TermProps) {
  const id = useId();
  const [isDismissed, dismiss] = useState(false);
  const back = () => dismiss(false);

  function close(event: KeyboardEvent): void {
    if (event.key !== "Escape" || isDismissed) return;
    // The page's own meaning of Esc is to stop a search.
    event.preventDefault();
    dismiss(true);
  }

  return (
    <span class="term" data-dismissed={isDismissed} onPointerEnter={back}>
      <button type="button" aria-describedby={id} onKeyDown={close} onBlur={back}>
        {word}
      </button>
      <span class="definition" role="tooltip" id={id}>
        {definition}
      </span>
    </span>
  );
}
