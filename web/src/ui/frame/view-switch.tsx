import type { ReadonlySignal } from "@preact/signals";
import { words } from "../parts/language.ts";
import { type View, views } from "./view.ts";

interface ViewSwitchProps {
  readonly view: ReadonlySignal<View>;
  /** What runs in each view. */
  readonly on: Readonly<Record<View, ReadonlySignal<readonly unknown[]>>>;
}

/** From the searches to the keyed streams and back. Searches and streams go on while the other view is shown. */
export function ViewSwitch({ view: shown, on }: ViewSwitchProps) {
  const { streams: text } = words.value;
  const names = { searches: text.searches, streams: text.title } as const satisfies Record<View, string>;
  return (
    <nav class="views" aria-label={text.views}>
      {views.map((view) => (
        <a key={view} href={`#${view}`} aria-current={shown.value === view ? "page" : undefined}>
          {names[view]}{" "}
          {on[view].value.length > 0 && <span class="views-on">{text.running(on[view].value.length)}</span>}
        </a>
      ))}
    </nav>
  );
}
