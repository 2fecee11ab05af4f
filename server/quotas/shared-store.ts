import type { Logger } from "pino";
import { messageOf } from "../calls/message-of.ts";
import { KnownLevels } from "./known-levels.ts";
import { MemoryStore } from "./memory-store.ts";
import type { Quota, Taken, Wish } from "./quota.ts";
import { type QuotaStore, StoreGone } from "./quota-store.ts";

/** A store on another machine. Anything may come of a question to it. */
export interface RemoteStore {
  take(quota: Quota, client: string, wish: Wish): Promise<Taken>;
  close(): void;
}

/** What becomes of searches while the store is gone: none begins, or each server counts for itself. */
export type WhenDown = "refuse" | "allow";

export interface SharedStoreOptions {
  readonly whenDown: WhenDown;
  readonly log: Logger;
  /** Why it is gone from the start, if it is. */
  readonly gone?: unknown;
}

/** No call waits longer for it. */
export const answerMs = 250;
const probeEveryMs = 1000;

const nobody: Quota = { of: "searches", capacity: 1, perSecond: 1 };
const look: Wish = { least: 0, most: 0 };

/**
 * A store elsewhere, held to its time. When it fails once it is gone: nobody
 * asks it any more but for one probe a second, until it answers one.
 */
export class SharedStore implements QuotaStore {
  readonly #store: RemoteStore;
  readonly #options: SharedStoreOptions;
  readonly #levels = new KnownLevels();
  readonly #looking = new Set<string>();
  /** Counts while the store is gone. */
  #own: MemoryStore | undefined;
  #probing: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(store: RemoteStore, options: SharedStoreOptions) {
    this.#store = store;
    this.#options = options;
    if (options.gone !== undefined) this.#leaveAlone(options.gone);
  }

  async take(quota: Quota, client: string, wish: Wish): Promise<Taken> {
    if (this.#own) return await this.#without(this.#own, quota, client, wish);
    try {
      const taken = await this.#asked(quota, client, wish);
      this.#levels.note(quota, client, taken.left);
      return taken;
    } catch (error) {
      return await this.#without(this.#leaveAlone(error), quota, client, wish);
    }
  }

  left(quota: Quota, client: string): number | undefined {
    if (this.#own) return this.#options.whenDown === "allow" ? this.#own.left(quota, client) : undefined;
    if (!this.#levels.isFresh(quota, client)) this.#lookAt(quota, client);
    return this.#levels.left(quota, client);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#probing);
    this.#store.close();
  }

  async #asked(quota: Quota, client: string, wish: Wish): Promise<Taken> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new Error(`no answer within ${answerMs} ms`));
    }, answerMs);
    const asked = this.#store.take(quota, client, wish);
    // What was granted after all belongs to nobody: it goes back.
    const onAnswer = ({ granted }: Taken): void => {
      if (isLate && granted > 0) this.#store.take(quota, client, putBack(granted)).catch(() => {});
    };
    asked.then(onAnswer, () => {});
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #without(own: MemoryStore, quota: Quota, client: string, wish: Wish): Promise<Taken> {
    if (this.#options.whenDown === "allow") return await own.take(quota, client, wish);
    throw new StoreGone();
  }

  /** From now on the store is gone; answers what counts instead. */
  #leaveAlone(error: unknown): MemoryStore {
    if (this.#own) return this.#own;
    this.#own = new MemoryStore();
    if (this.#isClosed) return this.#own;
    const { log, whenDown } = this.#options;
    log.warn({ reason: messageOf(error), whenDown }, "the quota store is gone");
    this.#probeSoon();
    return this.#own;
  }

  #probeSoon(): void {
    this.#probing = setTimeout(() => {
      this.#asked(nobody, "nobody", look).then(
        () => {
          this.#own = undefined;
          this.#options.log.info("the quota store is back");
        },
        () => {
          if (!this.#isClosed) this.#probeSoon();
        },
      );
    }, probeEveryMs).unref();
  }

  /** One question at a time for each client, however many watch. */
  #lookAt(quota: Quota, client: string): void {
    const key = `${quota.of} ${client}`;
    if (this.#looking.has(key)) return;
    this.#looking.add(key);
    this.take(quota, client, look)
      .catch(() => {})
      .finally(() => this.#looking.delete(key));
  }
}

function putBack(amount: number): Wish {
  return { least: -amount, most: -amount };
}
