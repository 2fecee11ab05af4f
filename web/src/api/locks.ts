/** The part of Web Locks that the page uses. Node has them too, but its types do not. */
export interface Locks {
  request<T>(name: string, options: LockOptions, callback: (lock: object | null) => T): Promise<Awaited<T>>;
}

export interface LockOptions {
  readonly signal?: AbortSignal;
  readonly ifAvailable?: boolean;
  readonly steal?: boolean;
}

/** The browser's locks, over all its tabs. Only secure contexts have them. */
export function browserLocks(): Locks | undefined {
  return (navigator as { readonly locks?: Locks }).locks;
}
