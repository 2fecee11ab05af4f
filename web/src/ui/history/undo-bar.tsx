import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { undoMs } from "../../kept/bounds.ts";
import type { History } from "../../kept/history.ts";
import type { Removal } from "../../kept/removals.ts";
import { focusCard } from "../parts/focus.ts";
import { words } from "../parts/language.ts";
import { pressOnce } from "../parts/press-once.ts";
import { focusEntry } from "./focus-entry.ts";

/** What was removed, as a sentence. */
export function removalWords(
  { kind, entries }: Removal,
  { kept: text }: typeof words.value,
  isKept: boolean,
): string {
  const name = entries[0]?.state.query.name ?? "";
  if (kind === "taken-off") return text.takenOff(name, isKept);
  return kind === "deleted" ? text.deleted(name) : text.cleared;
}

interface UndoBarProps {
  readonly history: History;
  readonly announce: (line: string) => void;
}

/**
 * Says what was removed and undoes it. It goes away by itself, but never while
 * somebody is in it: the focus would be lost.
 */
export function UndoBar({ history, announce }: UndoBarProps) {
  const removal = history.removal.value;
  const [isPointed, point] = useState(false);
  const [hasFocus, focus] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const isHeld = isPointed || hasFocus;
  // Who removes something with a key has the way back under the next one.
  const isByKeyboard = useRef(false);
  useEffect(() => {
    const life = new AbortController();
    for (const type of ["keydown", "pointerdown"]) {
      const note = () => {
        isByKeyboard.current = type === "keydown";
      };
      document.addEventListener(type, note, { capture: true, signal: life.signal });
    }
    return () => life.abort();
  }, []);
  useLayoutEffect(() => {
    if (removal && isByKeyboard.current) button.current?.focus();
  }, [removal]);
  useEffect(() => {
    if (removal === undefined || isHeld) return;
    const timer = setTimeout(history.settle, undoMs);
    return () => clearTimeout(timer);
  }, [removal, isHeld]);
  if (removal === undefined) return null;
  const sentence = removalWords(removal, words.value, history.isKept.value);
  const { undo: label, undone } = words.value.kept;

  function undo(): void {
    // The bar goes away under the pointer and the focus, and hears of neither.
    point(false);
    focus(false);
    const [entry] = removal?.entries ?? [];
    const card = history.undo();
    if (card) focusCard(card.key);
    else if (entry) focusEntry(entry.key);
    announce(undone);
  }

  return (
    <section
      class="undo-bar"
      aria-label={sentence}
      onFocusIn={() => focus(true)}
      onFocusOut={() => focus(false)}
      onPointerEnter={() => point(true)}
      onPointerLeave={() => point(false)}
    >
      <p>{sentence}</p>
      <button ref={button} type="button" class="again" onClick={undo} onKeyDown={pressOnce}>
        {label}
      </button>
    </section>
  );
}
