import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Route, routeOf } from "./route.ts";

/** The route that the address names, now and whenever a person goes on, back or forward. */
export function routeOfAddress(): ReadonlySignal<Route> {
  const hash = signal(location.hash);
  const read = () => {
    hash.value = location.hash;
  };
  // Entries of the browser's history also differ by what the form said. Between those
  // Chromium fires no hashchange, so that event alone would leave the page behind.
  for (const event of ["popstate", "hashchange"]) addEventListener(event, read);
  return computed(() => routeOf(hash.value));
}
