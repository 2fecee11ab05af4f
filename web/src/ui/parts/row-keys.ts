import type { TargetedKeyboardEvent } from "preact";

/**
 * Makes a group and the buttons in it one stop of the Tab key: arrows move the focus from the
 * group to its buttons and back, Home and End to the first and the last. Where each row has several
 * buttons, each with its `data-column`, up and down stay in that of the focused one.
 */
export function moveInRows(event: TargetedKeyboardEvent<HTMLElement>): void {
  // Keys with a modifier belong to the browser.
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const group = event.currentTarget;
  const focused = document.activeElement as HTMLElement;
  const { column } = /Up|Down/.test(event.key) ? focused.dataset : {};
  const stops = [
    group,
    ...group.querySelectorAll<HTMLElement>(column ? `[data-column="${column}"]` : "button"),
  ];
  const at = stops.indexOf(focused);
  const next = stops[indexAfter(event.key, at, stops.length - 1)];
  if (next === undefined) return;
  // The arrows would scroll the page; it follows the focus instead.
  event.preventDefault();
  next.focus();
}

/** The index of the next stop: 0 is the group itself, -1 means none. */
function indexAfter(key: string, at: number, last: number): number {
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return Math.min(at + 1, last);
    case "ArrowUp":
    case "ArrowLeft":
      return Math.max(at - 1, 0);
    case "Home":
      return 1;
    case "End":
      return last;
    default:
      return -1;
  }
}
