/** The whole address of a place in the page. What the form says, and the reader's language, are no part of it. */
export function linkTo(href: string): string {
  return new URL(`${location.pathname}${href}`, location.href).href;
}
