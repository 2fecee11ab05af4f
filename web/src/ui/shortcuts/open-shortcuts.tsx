import { createRef, type VNode } from "preact";
import { hearsQuestionMark } from "../parts/question-mark.ts";
import { ShortcutsDialog } from "./shortcuts-dialog.tsx";

/** The list of keys, as the page needs it. */
export interface Shortcuts {
  /** The dialog, open or not. */
  dialog(): VNode;
  open(): void;
}

/** From now on "?" opens the list of keys. */
export function openShortcuts(): Shortcuts {
  const dialog = createRef<HTMLDialogElement>();
  const opener = createRef<Element>();
  const open = () => {
    if (dialog.current?.open) return;
    opener.current = document.activeElement;
    dialog.current?.showModal();
  };
  document.addEventListener("keydown", (event) => {
    if (!isQuestionMark(event) || !hearsQuestionMark.peek() || isTyping(event.target)) return;
    event.preventDefault();
    open();
  });
  return { open, dialog: () => <ShortcutsDialog dialog={dialog} opener={opener} /> };
}

// Keyboards for Chinese and Japanese also give the wide one.
function isQuestionMark({ key, ctrlKey, altKey, metaKey, defaultPrevented, isComposing }: KeyboardEvent) {
  if (ctrlKey || altKey || metaKey || defaultPrevented || isComposing) return false;
  return key === "?" || key === "？";
}

/** Where a character is a character. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input:not([type=checkbox]), textarea, select");
}
