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

/** What is loaded when it is asked for, for the first time: undefined until then. */
export function onDemand<T>(load: () => Promise<T>): () => T | undefined {
  let loaded: ReadonlySignal<T | undefined> | undefined;
  return () => {
    loaded ??= later(load);
    return loaded.value;
  };
}
