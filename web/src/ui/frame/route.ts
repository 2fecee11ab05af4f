/** The views that the frame leads to. The address names one of them after its "#"; the first is where it names none. */
export const views = ["searches", "streams", "guide"] as const;

// One match is reached only by a link to it.
const all = [...views, "match"] as const;

export type View = (typeof all)[number];

/** Where in the page a person is. */
export interface Route {
  readonly view: View;
  /** What the view is to show: all behind the "?" that follows the view's name. */
  readonly query: string;
}

/** The route of the address's part from the "#" on. */
export function routeOf(hash: string): Route {
  const [, name, query = ""] = /^#(\w+)(?:\?(.*))?$/.exec(hash) ?? [];
  const [first] = views;
  return { view: all.find((view) => view === name) ?? first, query };
}

/** The link to a route. */
export function hrefOf({ view, query }: Pick<Route, "view"> & Partial<Route>): string {
  return query ? `#${view}?${query}` : `#${view}`;
}
