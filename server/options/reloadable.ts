/** What was read from files at the start, and can be read again while the server runs. */
export interface Reloadable<T> {
  readonly files: readonly string[];
  /** As it was at the start. */
  readonly value: T;
  /** @throws ConfigError when the files are no longer right */
  read(): T;
}

/** @throws ConfigError when the files are not right */
export function reloadable<T>(files: readonly string[], read: () => T): Reloadable<T> {
  return { files, value: read(), read };
}
