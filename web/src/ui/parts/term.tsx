import { useId, useLayoutEffect, useState } from "preact/hooks";

interface TermProps {
  readonly word: string;
  readonly definition: string;
}

/** A word with its definition, which shows on hover and on focus; Esc takes it away. */
export function Term({ word, definition }: TermProps) {
  const id = useId();
  const [isPointedAt, point] = useState(false);
  const [hasFocus, focus] = useState(false);
  const [isDismissed, dismiss] = useState(false);
  const isShown = (isPointedAt || hasFocus) && !isDismissed;

  // The focus may be elsewhere, so the key is heard on its way down to wherever it is. From the
  // moment on at which it shows: in a busy page an effect after the painting comes too late.
  useLayoutEffect(() => {
    if (!isShown) return;
    const listening = new AbortController();
    document.addEventListener("keydown", close, { capture: true, signal: listening.signal });
    return () => listening.abort();
  }, [isShown]);

  function close(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    // The page's own meaning of Esc is to stop a search.
    event.preventDefault();
    dismiss(true);
  }

  return (
    <span
      class="term"
      onPointerEnter={() => {
        point(true);
        dismiss(false);
      }}
      onPointerLeave={() => point(false)}
    >
      <button
        type="button"
        aria-describedby={id}
        onFocus={() => focus(true)}
        onBlur={() => {
          focus(false);
          dismiss(false);
        }}
      >
        {word}
      </button>
      <span class="definition" role="tooltip" id={id} hidden={!isShown}>
        {definition}
      </span>
    </span>
  );
}
