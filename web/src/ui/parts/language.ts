import { type Signal, signal } from "@preact/signals";
import { en, type Words } from "../../words/en.ts";

/** The words in the language that is chosen. */
export const words: Signal<Words> = signal(en);
