import { chosenFrom } from "./chosen-from.ts";
import type { Sentences } from "./en.ts";
import { shortcutsEn } from "./shortcuts-en.ts";
import { shortcutsJa } from "./shortcuts-ja.ts";
import { shortcutsZh } from "./shortcuts-zh.ts";

/** What the list of keys says. */
export type ShortcutsWords = Sentences<typeof shortcutsEn>;

/** What the list of keys says, in the language of the dictionary. */
export const shortcutsWords = chosenFrom<ShortcutsWords>([shortcutsEn, shortcutsZh, shortcutsJa]);
