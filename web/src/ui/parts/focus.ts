// A control that goes away must not take the focus with it.
import { signal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Moves the focus to the newest search's one button. */
export function focusNewestCard(): void {
  focusButtonIn(document.querySelector("[data-card]"));
}

interface Wanted {
  readonly key: number;
  readonly takesFocus: boolean;
  /** Whether the card is to begin at the top of the window, so that what it will show is in view. */
  readonly atTop: boolean;
}

const wanted = signal<Wanted | undefined>(undefined);

/** Moves the focus to the button of the card with that key, as soon as the card is there. */
export function focusCard(key: number): void {
  wanted.value = { key, takesFocus: true, atTop: false };
}

/** Brings the card with that key into view, as soon as it is there. */
export function showCard(key: number, options: { readonly takesFocus: boolean }): void {
  wanted.value = { key, ...options, atTop: true };
}

/** For the card with that key: takes the focus and the view that it is given. */
export function useGivenFocus(key: number): RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null);
  // It runs when the card has been rendered.
  useSignalEffect(() => {
    if (wanted.value?.key !== key) return;
    const { takesFocus, atTop } = wanted.value;
    wanted.value = undefined;
    if (takesFocus) focusButtonIn(ref.current, { preventScroll: atTop });
    if (atTop) ref.current?.scrollIntoView();
  });
  return ref;
}

function focusButtonIn(card: Element | null, options?: FocusOptions): void {
  card?.querySelector<HTMLElement>(".card-actions button:not([hidden])")?.focus(options);
}

/** Moves the focus to the centre of the view: the newest search, else the name field; or the keys. */
export function focusView(): void {
  focusKeys();
  focusName();
  focusNewestCard();
}

/** Moves the focus to where a new search begins: the name, or what unfolds its form. */
export function focusName(options?: FocusOptions): void {
  for (const place of [".unfold", "[name=desired_name]"])
    document.querySelector<HTMLElement>(place)?.focus(options);
}

/** Moves the focus to where keys are typed. */
export function focusKeys(): void {
  document.querySelector<HTMLElement>(".keys")?.focus();
}

/** For an element that takes the focus itself when a rendering removes the focused element inside it. */
export function useKeptFocus<E extends HTMLElement>(): RefObject<E | null> {
  const ref = useRef<E>(null);
  const hadFocus = ref.current?.contains(document.activeElement) === true;
  useLayoutEffect(() => {
    // What took the focus in this rendering keeps it.
    if (hadFocus && document.activeElement === document.body) ref.current?.focus();
  });
  return ref;
}
