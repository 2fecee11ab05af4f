import { untilAborted } from "../calls/abort.ts";
import { Refused } from "../calls/refusal.ts";
import type { Credit } from "./credit.ts";
import { CreditAccount } from "./credit-account.ts";
import { msUntil, type Quota } from "./quota.ts";
import { type QuotaStore, StoreGone } from "./quota-store.ts";

/** What a client may have over time. 0: any number. */
export interface QuotaLimits {
  /** Searches that it may ask for in a minute. */
  readonly searchesPerMinute: number;
  /** Hashes that it may compute at once when it has not computed for long. */
  readonly hashCredit: number;
  /** How many of them come back a second; above 0 where there is a credit. */
  readonly hashCreditPerSecond: number;
}

export const noQuotas: QuotaLimits = { searchesPerMinute: 0, hashCredit: 0, hashCreditPerSecond: 0 };

/** A search's leave to begin. */
export interface Permit {
  /** Undefined where no credit is kept. */
  readonly credit: Credit | undefined;
  /** The search is over, or will not begin. Safe to call twice. */
  release(): void;
}

const free: Permit = { credit: undefined, release: () => {} };

// A retry sooner than this is work for both sides.
const shortestMs = 1000;

/** How much clients may have over time, whoever keeps the count. */
export class Quotas {
  readonly limits: QuotaLimits;
  readonly #searches: Quota | undefined;
  readonly #hashes: Quota | undefined;
  readonly #store: QuotaStore;
  /** Those whose searches run or wait here. */
  readonly #accounts = new Map<string, CreditAccount>();

  constructor(limits: QuotaLimits, store: QuotaStore) {
    this.limits = limits;
    const { searchesPerMinute, hashCredit, hashCreditPerSecond } = limits;
    if (searchesPerMinute > 0) {
      this.#searches = { of: "searches", capacity: searchesPerMinute, perSecond: searchesPerMinute / 60 };
    }
    if (hashCredit > 0) this.#hashes = { of: "hashes", capacity: hashCredit, perSecond: hashCreditPerSecond };
    this.#store = store;
  }

  /** Hashes that a client may still compute, as far as is known here; undefined where no credit is kept, or nothing is known. */
  creditLeft(client: string): number | undefined {
    const left = this.#hashes && this.#store.left(this.#hashes, client);
    return left === undefined ? undefined : Math.floor(left) + (this.#accounts.get(client)?.available ?? 0);
  }

  /**
   * Lets a client begin a search that will try so many hashes at the most.
   *
   * @throws Refused
   * @throws the signal's reason, when it aborts first
   */
  async admit(client: string, hashes: number, signal: AbortSignal): Promise<Permit> {
    try {
      if (this.#searches) await untilAborted(this.#countSearch(this.#searches, client), signal);
      return await this.#permit(client, hashes, signal);
    } catch (error) {
      if (error instanceof StoreGone) throw new Refused({ why: "store gone", retryAfterMs: shortestMs });
      throw error;
    }
  }

  close(): void {
    this.#store.close();
  }

  async #countSearch(quota: Quota, client: string): Promise<void> {
    const { granted, left } = await this.#store.take(quota, client, { least: 1, most: 1 });
    if (granted === 1) return;
    const retryAfterMs = Math.max(shortestMs, msUntil(quota, 1, left));
    throw new Refused({ why: "too often", limit: quota.capacity, retryAfterMs });
  }

  async #permit(client: string, hashes: number, signal: AbortSignal): Promise<Permit> {
    if (!this.#hashes) return free;
    const account = this.#accountOf(client, this.#hashes);
    const { credit, leave } = account.join(hashes);
    try {
      const missing = await untilAborted(account.ready(hashes), signal);
      if (!missing) return { credit, release: leave };
      const { left, least, afterMs } = missing;
      throw new Refused({
        why: "credit spent",
        limit: this.#hashes.capacity,
        left: Math.floor(left),
        least,
        retryAfterMs: Math.max(shortestMs, afterMs),
      });
    } catch (error) {
      leave();
      throw error;
    }
  }

  #accountOf(client: string, quota: Quota): CreditAccount {
    const known = this.#accounts.get(client);
    if (known) return known;
    const account: CreditAccount = new CreditAccount({
      quota,
      store: this.#store,
      client,
      onEmpty: () => this.#accounts.delete(client),
    });
    this.#accounts.set(client, account);
    return account;
  }
}
