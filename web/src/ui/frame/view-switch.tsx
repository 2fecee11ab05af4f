import type { Page } from "../page.ts";
import { words } from "../parts/language.ts";
import type { View } from "./view.ts";

/** From the searches to the keyed streams and back. Searches and streams go on while the other view is shown. */
export function ViewSwitch({ page }: { readonly page: Page }) {
  const { streams: text } = words.value;
  const views: readonly (readonly [View, name: string, on: number])[] = [
    ["searches", text.searches, page.store.running.value.length],
    ["streams", text.title, page.streams.on.value.length],
  ];
  return (
    <nav class="views" aria-label={text.views}>
      {views.map(([view, name, on]) => (
        <a key={view} href={`#${view}`} aria-current={page.view.value === view ? "page" : undefined}>
          {name} {on > 0 && <span class="views-on">{text.running(on)}</span>}
        </a>
      ))}
    </nav>
  );
}
