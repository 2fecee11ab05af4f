import { type ReadonlySignal, signal } from "@preact/signals";

/** Which of its two systems the page shows. They share everything else. */
export const views = ["searches", "streams"] as const;
export type View = (typeof views)[number];

/** The view that the address names after its "#". */
export function viewOfAddress(): ReadonlySignal<View> {
  const view = signal(viewOf(location.hash));
  addEventListener("hashchange", () => {
    view.value = viewOf(location.hash);
  });
  return view;
}

function viewOf(hash: string): View {
  return views.find((view) => hash === `#${view}`) ?? "searches";
}
