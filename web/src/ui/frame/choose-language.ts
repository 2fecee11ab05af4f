import { effect } from "@preact/signals";
import { en, type Words } from "../../words/en.ts";
import { firstKnown, type Language } from "../../words/languages.ts";
import { words } from "../parts/language.ts";
import { recall, remember } from "../parts/remember.ts";

const parameter = "lang";

// English is part of the page; another language is loaded when it is chosen.
const dictionaries: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => en,
  zh: async () => (await import("../../words/zh.ts")).zh,
  ja: async () => (await import("../../words/ja.ts")).ja,
};

/** Shows the page in the language of its address, else in the one chosen before, else in the browser's. */
export async function startLanguage(): Promise<void> {
  effect(() => {
    document.documentElement.lang = words.value.language;
  });
  const address = new URL(location.href).searchParams.get(parameter);
  await show(firstKnown([address, recall("language"), ...navigator.languages]));
}

/** Changes the language, and keeps it for the next visit. */
export async function chooseLanguage(code: Language): Promise<void> {
  remember("language", code);
  const address = new URL(location.href);
  if (address.searchParams.has(parameter)) {
    address.searchParams.set(parameter, code);
    history.replaceState(history.state, "", address);
  }
  await show(code);
}

let wanted: Language = "en";

async function show(code: Language): Promise<void> {
  wanted = code;
  try {
    const dictionary = await dictionaries[code]();
    // A later choice may have been loaded first.
    if (wanted === code) words.value = dictionary;
  } catch {
    // Without the server no other language can be loaded: the present one stays.
  }
}
