import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Language, languages } from "../../words/languages.ts";
import { en, type ShortcutWords } from "../../words/shortcuts/en.ts";
import { words } from "../parts/language.ts";

const dictionaries: Readonly<Record<Language, () => Promise<ShortcutWords>>> = {
  en: async () => en,
  zh: async () => (await import("../../words/shortcuts/zh.ts")).zh,
  ja: async () => (await import("../../words/shortcuts/ja.ts")).ja,
};

/** The list's own words, in the language of the page. */
export function shortcutWords(): ReadonlySignal<ShortcutWords> {
  const own = signal<ShortcutWords>(en);
  effect(() => {
    const wanted = words.value.language;
    const code = languages.find(({ tag }) => tag === wanted)?.code ?? "en";
    dictionaries[code]().then(
      (dictionary) => {
        // A later choice may have been loaded first.
        if (words.peek().language === wanted) own.value = dictionary;
      },
      () => {},
    );
  });
  return own;
}
