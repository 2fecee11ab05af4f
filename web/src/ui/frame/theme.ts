import { effect, type Signal, signal } from "@preact/signals";
import { recall, remember } from "../parts/remember.ts";

const themes = ["system", "light", "dark"] as const;

export type Theme = (typeof themes)[number];

/** The colours that the person chose. */
export const theme: Signal<Theme> = signal(themes.find((known) => known === recall("theme")) ?? "system");

/** Goes on to the next theme, and keeps it for the next visit. */
export function nextTheme(): void {
  const next = themes[(themes.indexOf(theme.peek()) + 1) % themes.length] ?? "system";
  theme.value = next;
  remember("theme", next === "system" ? undefined : next);
}

/**
 * Shows the chosen colours from now on: the styles' own, and the browser's bars
 * around the page. `public/theme.js` has already shown the colours chosen on an earlier visit.
 */
export function startTheme(): void {
  const bars = [...document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")];
  const queries = bars.map((bar) => bar.media);
  effect(() => {
    const chosen = theme.value;
    document.documentElement.dataset.theme = chosen;
    for (const [i, bar] of bars.entries()) {
      const query = queries[i] ?? "";
      bar.media = chosen === "system" ? query : query.includes(chosen) ? "all" : "not all";
    }
  });
}
