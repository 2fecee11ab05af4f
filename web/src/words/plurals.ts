import type { NumberStyle } from "../../../client/numbers.ts";

/** The forms of a word or sentence, by the names of Unicode's plural rules. Every language has `other`. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** Chooses the form that the language has for a number. Chinese and Japanese have but one, and need no choice. */
export function pluralsIn({ language }: NumberStyle): (n: number | bigint, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  return (n, forms) => forms[rules.select(Number(n))] ?? forms.other;
}
