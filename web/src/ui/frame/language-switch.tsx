import { languages } from "../../words/languages.ts";
import { words } from "../parts/language.ts";
import { chooseLanguage } from "./choose-language.ts";

/** The languages side by side, each in its own script, so that everybody finds theirs. */
export function LanguageSwitch() {
  const { everyone: text, language } = words.value;
  return (
    <fieldset class="languages">
      <legend class="unseen">{text.language}</legend>
      {languages.map(({ code, tag, short, name }) => (
        <button
          key={code}
          type="button"
          class="quiet"
          lang={tag}
          aria-label={name}
          aria-pressed={language === tag}
          onClick={() => void chooseLanguage(code)}
        >
          {short}
        </button>
      ))}
    </fieldset>
  );
}
