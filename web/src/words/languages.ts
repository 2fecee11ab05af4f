/** The languages of the page, each named as its own readers call it. */
export const languages = [
  { code: "en", tag: "en", short: "EN", name: "English" },
  { code: "zh", tag: "zh-Hans", short: "中文", name: "中文" },
  { code: "ja", tag: "ja", short: "日本語", name: "日本語" },
] as const;

export type Language = (typeof languages)[number]["code"];

/** The first wish that the page can fulfil. "zh-TW" gets 中文, too: it is closer than English. */
export function firstKnown(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const code = wish?.toLowerCase().split(/[-_]/)[0];
    const known = languages.find((language) => language.code === code);
    if (known) return known.code;
  }
  return "en";
}
