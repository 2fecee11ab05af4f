import { chosenFrom } from "./chosen-from.ts";
import { creditEn } from "./credit-en.ts";
import { creditJa } from "./credit-ja.ts";
import { creditZh } from "./credit-zh.ts";
import type { Sentences } from "./en.ts";

/** What is said of a client's hash credit. */
export type CreditWords = Sentences<typeof creditEn>;

/** What is said of a client's hash credit, in the language of the dictionary. */
export const creditWords = chosenFrom<CreditWords>([creditEn, creditZh, creditJa]);
