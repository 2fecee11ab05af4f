/** The views of the page. The address names one of them after its "#"; the first is where it names none. */
export const views = ["searches", "streams"] as const;

export type View = (typeof views)[number];

/** Where in the page a person is. */
export interface Route {
  readonly view: View;
}

/** The route of the address's part from the "#" on. */
export function routeOf(hash: string): Route {
  const [first] = views;
  return { view: views.find((view) => hash === hrefOf({ view })) ?? first };
}

/** The link to a route. */
export function hrefOf({ view }: Route): string {
  return `#${view}`;
}
