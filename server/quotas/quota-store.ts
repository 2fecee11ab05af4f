import type { Quota, Taken, Wish } from "./quota.ts";

/** Keeps every client's buckets. */
export interface QuotaStore {
  /**
   * Takes from a client's bucket, in one step for all servers that share the store.
   *
   * @throws StoreGone
   */
  take(quota: Quota, client: string, wish: Wish): Promise<Taken>;
  /** What a client's bucket holds, as far as it is known here and now; undefined before the store has been asked. */
  left(quota: Quota, client: string): number | undefined;
  /** Lets go of connections and timers. */
  close(): void;
}

/** Thrown where nobody knows what a client may still take. */
export class StoreGone extends Error {}
