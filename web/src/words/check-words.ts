import { checkEn } from "./check-en.ts";
import { checkJa } from "./check-ja.ts";
import { checkZh } from "./check-zh.ts";
import { chosenFrom } from "./chosen-from.ts";
import type { Sentences } from "./en.ts";

/** What is said of one match. */
export type CheckWords = Sentences<typeof checkEn>;

/** What is said of one match, in the language of the dictionary. */
export const checkWords = chosenFrom<CheckWords>([checkEn, checkZh, checkJa]);
