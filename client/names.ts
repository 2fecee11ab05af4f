import type { NumberStyle } from "./numbers.ts";

/** Names as a language lists them: all of up to three, else two and how many more. */
export function namesIn({ language }: NumberStyle, more: (n: number) => string) {
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  return (names: readonly string[]): string =>
    list.format(names.length > 3 ? [...names.slice(0, 2), more(names.length - 2)] : names);
}
