import { chosenFrom } from "./chosen-from.ts";
import type { Sentences } from "./en.ts";
import { proofEn } from "./proof-en.ts";
import { proofJa } from "./proof-ja.ts";
import { proofZh } from "./proof-zh.ts";

/** What the proof of a Stop says. */
export type ProofWords = Sentences<typeof proofEn>;

/** What the proof of a Stop says, in the language of the dictionary. */
export const proofWords = chosenFrom<ProofWords>([proofEn, proofZh, proofJa]);
