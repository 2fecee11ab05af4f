import { words } from "../parts/language.ts";
import { nextTheme, theme } from "./theme.ts";

/** Goes through system, light and dark. Its sign is a half, an empty and a full disc. */
export function ThemeButton() {
  const label = words.value.everyone.theme[theme.value];
  return (
    <button type="button" class="quiet theme" title={label} aria-label={label} onClick={nextTheme}>
      <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
        <circle cx="8" cy="8" r="6" />
        {theme.value !== "light" && <path d={theme.value === "dark" ? full : half} />}
      </svg>
    </button>
  );
}

const half = "M8 2a6 6 0 0 1 0 12z";
const full = "M8 2a6 6 0 0 1 0 12a6 6 0 0 1 0-12z";
