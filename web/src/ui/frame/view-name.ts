import type { Words } from "../../words/en.ts";
import type { View } from "./route.ts";

/** What a view is called, in the frame's links and in the tab. */
export function viewName(view: View, { streams, kept }: Words): string {
  const names = {
    searches: streams.searches,
    streams: streams.title,
    guide: streams.guide,
    match: kept.match,
  } as const satisfies Record<View, string>;
  return names[view];
}
