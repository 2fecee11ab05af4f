// A control that goes away must not take the focus with it.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Moves the focus to the newest search's one button. */
export function focusNewestCard(): void {
  document.querySelector<HTMLElement>("[data-card] button")?.focus();
}

/** Moves the focus to the newest search, or where there is none to where one begins. */
export function focusSearches(): void {
  focusName();
  focusNewestCard();
}

/** Moves the focus to where a new search begins. */
export function focusName(): void {
  document.querySelector<HTMLElement>("[name=desired_name]")?.focus();
}

/** For an element that takes the focus itself when a rendering takes away what had it inside. */
export function useKeptFocus<E extends HTMLElement>(): RefObject<E | null> {
  const ref = useRef<E>(null);
  const hasFocus = () => ref.current?.contains(document.activeElement) === true;
  const hadFocus = hasFocus();
  useLayoutEffect(() => {
    if (hadFocus && !hasFocus()) ref.current?.focus();
  });
  return ref;
}
