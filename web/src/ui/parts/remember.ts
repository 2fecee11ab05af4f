// A browser may deny storage, as some do in private windows. Choices then last as long as the page.

/** The value that this browser remembers under the key. */
export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers the value in this browser; undefined forgets it. */
export function remember(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is denied: see the top of this file.
  }
}
