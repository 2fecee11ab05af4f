import { type Signal, signal } from "@preact/signals";
import { recall, remember } from "./remember.ts";

const key = "question-mark";

/** Whether "?" opens the list of keys. A shortcut of one character can be turned off (WCAG 2.1.4). */
export const hearsQuestionMark: Signal<boolean> = signal(recall(key) !== "off");

/** Turns it on or off, and keeps the choice for the next visit. */
export function hearQuestionMark(isOn: boolean): void {
  hearsQuestionMark.value = isOn;
  remember(key, isOn ? undefined : "off");
}
