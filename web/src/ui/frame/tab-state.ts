import { computed, effect, type ReadonlySignal } from "@preact/signals";
import { isActive, type SearchState } from "../../session/search-state.ts";
import { pauseMs, togetherMs } from "../../store/announcer.ts";
import type { Store } from "../../store/store.ts";
import { glyphOf } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import { type Route, type View, views } from "./route.ts";
import { viewName } from "./view-name.ts";

type TabState = "idle" | "searching" | "found" | "stopped";

const icons = {
  idle: "/favicon.svg",
  searching: "/favicon-searching.svg",
  found: "/favicon-found.svg",
  stopped: "/favicon-stopped.svg",
} as const satisfies Record<TabState, string>;

/**
 * Title and icon of the tab follow the searches, for those who look at another
 * tab, at most once a second, as they are then; the title also names the view and what it shows, for those who look back through their history.
 */
export function showStateInTab(
  store: Store,
  route: ReadonlySignal<Route>,
  partOf: (route: Route) => string,
): void {
  const latest = computed(() => (store.active.value[0] ?? store.cards.value[0])?.state.value);
  const part = computed(() => partOf(route.value));
  const title = computed(() => titleOf(latest.value, route.value.view, part.value));
  let place = "";
  let shownAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function show(): void {
    clearTimeout(timer);
    timer = undefined;
    if (document.title === title.peek()) return;
    shownAt = performance.now();
    document.title = title.peek();
    const state = latest.peek();
    const address = icons[state === undefined ? "idle" : tabStateOf(state)];
    document.querySelector('link[rel="icon"]')?.setAttribute("href", address);
  }

  effect(() => {
    void title.value;
    const before = place;
    place = `${route.value.view} ${part.value}`;
    // The browser's own history keeps the title that a view has at first.
    if (place !== before) show();
    else timer ??= setTimeout(show, Math.max(togetherMs, shownAt + pauseMs - performance.now()));
  });
}

function tabStateOf(state: SearchState): Exclude<TabState, "idle"> {
  if (isActive(state)) return "searching";
  return glyphOf(state) === "done" ? "found" : "stopped";
}

function titleOf(state: SearchState | undefined, view: View, part: string): string {
  const ofState = state === undefined ? [] : [stateTitle(state)];
  // The first view is the page itself.
  const ofView = view === views[0] ? [] : [viewName(view, words.value)];
  return [...ofState, part, ...ofView, "Hash Finder"].filter((part) => part !== "").join(" – ");
}

function stateTitle(state: SearchState): string {
  const { kept } = words.value;
  const { name } = state.query;
  return {
    searching: kept.titleSearching(name),
    found: kept.titleFound(name),
    stopped: state.kind === "stopped" ? kept.titleStopped(name) : kept.titleEnded(name),
  }[tabStateOf(state)];
}
