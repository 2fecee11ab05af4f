import { accountEn } from "./account-en.ts";
import { accountJa } from "./account-ja.ts";
import { accountZh } from "./account-zh.ts";
import { chosenFrom } from "./chosen-from.ts";
import type { Sentences } from "./en.ts";

/** What is said to a person of whom the server asks who they are. */
export type AccountWords = Sentences<typeof accountEn>;

/** The same in the language of the dictionary. */
export const accountWords = chosenFrom<AccountWords>([accountEn, accountZh, accountJa]);
