import { effect } from "@preact/signals";
import { isActive, type SearchState } from "../../session/search-state.ts";
import type { Store } from "../../store/store.ts";
import { glyphOf } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";

type TabState = "idle" | "searching" | "found" | "stopped";

const icons = {
  idle: "/favicon.svg",
  searching: "/favicon-searching.svg",
  found: "/favicon-found.svg",
  stopped: "/favicon-stopped.svg",
} as const satisfies Record<TabState, string>;

/** Title and icon of the tab follow the searches, for those who look at another tab. */
export function showStateInTab(store: Store): void {
  effect(() => {
    const state = (store.active.value[0] ?? store.cards.value[0])?.state.value;
    document.title = titleOf(state);
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    const address = icons[tabStateOf(state)];
    // It is written only when it changes, because the browser draws it anew each time.
    if (icon !== null && icon.getAttribute("href") !== address) icon.setAttribute("href", address);
  });
}

function tabStateOf(state: SearchState | undefined): TabState {
  if (state === undefined) return "idle";
  if (isActive(state)) return "searching";
  return glyphOf(state) === "done" ? "found" : "stopped";
}

function titleOf(state: SearchState | undefined): string {
  const page = "Hash Finder";
  if (state === undefined) return page;
  const { kept } = words.value;
  const { name } = state.query;
  const what = {
    idle: "",
    searching: kept.titleSearching(name),
    found: kept.titleFound(name),
    stopped: state.kind === "stopped" ? kept.titleStopped(name) : kept.titleEnded(name),
  }[tabStateOf(state)];
  return `${what} – ${page}`;
}
