import type { Words } from "./en.ts";

/**
 * Sentences that the first view does not need stand apart from the dictionaries, and come with the
 * room that says them, in every language. Answers with those in the language of the others.
 */
export function chosenFrom<T extends { readonly language: string }>(
  all: readonly [T, ...T[]],
): (words: Pick<Words, "language">) => T {
  return ({ language }) => all.find((some) => some.language === language) ?? all[0];
}
