// A control that goes away must not take the focus with it.
import { signal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Moves the focus to the newest search's one button. */
export function focusNewestCard(): void {
  focusButtonIn(document.querySelector("[data-card]"));
}

const wanted = signal<number | undefined>(undefined);

/** Moves the focus to the button of the card with that key, as soon as the card is there. */
export function focusCard(key: number): void {
  wanted.value = key;
}

/** For the card with that key: takes the focus that it is given. */
export function useGivenFocus(key: number): RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null);
  // It runs when the card has been rendered.
  useSignalEffect(() => {
    if (wanted.value !== key) return;
    wanted.value = undefined;
    focusButtonIn(ref.current);
  });
  return ref;
}

function focusButtonIn(card: Element | null): void {
  card?.querySelector<HTMLElement>("button:not([hidden])")?.focus();
}

/** Moves the focus to the centre of the view: the newest search, else the name field; or the keys. */
export function focusView(): void {
  focusKeys();
  focusName();
  focusNewestCard();
}

/** Moves the focus to where a new search begins. */
export function focusName(options?: FocusOptions): void {
  document.querySelector<HTMLElement>("[name=desired_name]")?.focus(options);
}

/** Moves the focus to where keys are typed. */
export function focusKeys(): void {
  document.querySelector<HTMLElement>(".keys")?.focus();
}

/** For an element that takes the focus itself when a rendering removes the focused element inside it. */
export function useKeptFocus<E extends HTMLElement>(): RefObject<E | null> {
  const ref = useRef<E>(null);
  const hasFocus = () => ref.current?.contains(document.activeElement) === true;
  const hadFocus = hasFocus();
  useLayoutEffect(() => {
    if (hadFocus && !hasFocus()) ref.current?.focus();
  });
  return ref;
}
