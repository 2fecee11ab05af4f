import { type ReadonlySignal, signal } from "@preact/signals";

/** What is loaded after the page itself, which works without it. */
export function later<T>(load: () => Promise<T>): ReadonlySignal<T | undefined> {
  const loaded = signal<T>();
  load().then(
    (value) => {
      loaded.value = value;
    },
    () => {},
  );
  return loaded;
}
