import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

let wanted: string | undefined;

/** Moves the focus to the entry with that key when it comes into the history. */
export function focusEntry(key: string): void {
  wanted = key;
}

/** For an entry's button: takes the focus that the entry is given. */
export function useEntryFocus(key: string): RefObject<HTMLButtonElement | null> {
  const ref = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (wanted !== key) return;
    wanted = undefined;
    ref.current?.focus();
  }, []);
  return ref;
}

/** Moves the focus from an entry that goes away to the same button of the next one, or the one before. False when it is the only one. */
export function focusNeighbour(button: Element): boolean {
  const entry = button.closest("li");
  const next = entry?.nextElementSibling ?? entry?.previousElementSibling;
  const itsButton = next?.querySelector<HTMLElement>(".delete");
  itsButton?.focus();
  return itsButton !== undefined && itsButton !== null;
}
