import { chosenFrom } from "./chosen-from.ts";
import type { Sentences } from "./en.ts";
import { guideEn } from "./guide-en.ts";
import { guideJa } from "./guide-ja.ts";
import { guideZh } from "./guide-zh.ts";

/** What the guide says. */
export type GuideWords = Sentences<typeof guideEn>;

/** What the guide says, in the language of the dictionary. */
export const guideWords = chosenFrom<GuideWords>([guideEn, guideZh, guideJa]);
