import { chosenFrom } from "./chosen-from.ts";
import type { Sentences } from "./en.ts";
import { keysEn } from "./keys-en.ts";
import { keysJa } from "./keys-ja.ts";
import { keysZh } from "./keys-zh.ts";

/** What is said of the keyed streams. */
export type KeysWords = Sentences<typeof keysEn>;

/** What is said of the keyed streams, in the language of the dictionary. */
export const keysWords = chosenFrom<KeysWords>([keysEn, keysZh, keysJa]);
