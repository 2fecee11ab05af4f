import type { ReadonlySignal } from "@preact/signals";
import { words } from "../parts/language.ts";
import { hrefOf, type Route, views } from "./route.ts";
import { viewName } from "./view-name.ts";

interface ViewSwitchProps {
  readonly route: ReadonlySignal<Route>;
  /** What runs in a view, where something goes on in it while another one is shown. */
  readonly on: Readonly<Partial<Record<(typeof views)[number], ReadonlySignal<readonly unknown[]>>>>;
}

/** From view to view. Searches and streams go on while another view is shown. */
export function ViewSwitch({ route, on }: ViewSwitchProps) {
  const { streams: text } = words.value;
  return (
    <nav class="views" aria-label={text.views}>
      {views.map((view) => {
        const length = on[view]?.value.length ?? 0;
        return (
          <a key={view} href={hrefOf({ view })} aria-current={route.value.view === view ? "page" : undefined}>
            {viewName(view, words.value)} {length > 0 && <span class="views-on">{text.running(length)}</span>}
          </a>
        );
      })}
    </nav>
  );
}
