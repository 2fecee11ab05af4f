import { untilAborted } from "../calls/abort.ts";
import type { QuotaLimits } from "../calls/limits.ts";
import { Refused } from "../calls/refusal.ts";
import type { Credit } from "./credit.ts";
import { CreditAccount } from "./credit-account.ts";
import { msUntil, type Quota } from "./quota.ts";
import { type QuotaStore, StoreGone } from "./quota-store.ts";

export const noQuotas: QuotaLimits = { searchesPerMinute: 0, hashCredit: 0, hashCreditPerSecond: 0 };

/** A search's leave to begin. */
export interface Permit {
  /** Undefined where no credit is kept. */
  readonly credit: Credit | undefined;
  /** The search is over, or will not begin. Safe to call twice. */
  release(): void;
}

/** Who asks. */
export interface Customer {
  readonly client: string;
  /** Where this client may have other than all may. */
  readonly limits: Partial<QuotaLimits>;
}

/** What a client may compute. */
export interface CreditLevel {
  /** Hashes, as far as is known here. */
  readonly left: number;
  /** Of a full credit. */
  readonly full: number;
  readonly perSecond: number;
}

const free: Permit = { credit: undefined, release: () => {} };

// A retry sooner than this is work for both sides.
const shortestMs = 1000;

/** How much clients may have over time, whoever keeps the count. */
export class Quotas {
  readonly #limits: QuotaLimits;
  readonly #store: QuotaStore;
  /** Those whose searches run or wait here. */
  readonly #accounts = new Map<string, CreditAccount>();

  constructor(limits: QuotaLimits, store: QuotaStore) {
    this.#limits = limits;
    this.#store = store;
  }

  /** The hash credit of a client; undefined where none is kept, or nothing is known. */
  credit({ client, limits }: Customer): CreditLevel | undefined {
    const quota = hashesOf({ ...this.#limits, ...limits });
    if (!quota) return undefined;
    const left = this.#store.left(quota, client);
    if (left === undefined) return undefined;
    return {
      left: Math.floor(left) + (this.#accounts.get(client)?.available ?? 0),
      full: quota.capacity,
      perSecond: quota.perSecond,
    };
  }

  /**
   * Lets a client begin a search that will try so many hashes at the most.
   *
   * @throws Refused
   * @throws the signal's reason, when it aborts first
   */
  async admit({ client, limits }: Customer, hashes: number, signal: AbortSignal): Promise<Permit> {
    const all = { ...this.#limits, ...limits };
    const [searchQuota, hashQuota] = [searchesOf(all), hashesOf(all)];
    try {
      if (searchQuota) await untilAborted(this.#countSearch(searchQuota, client), signal);
      return hashQuota ? await this.#permit(hashQuota, client, hashes, signal) : free;
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

  async #permit(quota: Quota, client: string, hashes: number, signal: AbortSignal): Promise<Permit> {
    const account = this.#accountOf(client, quota);
    const { credit, leave } = account.join(hashes);
    try {
      const missing = await untilAborted(account.ready(hashes), signal);
      if (!missing) return { credit, release: leave };
      const { left, least, afterMs } = missing;
      throw new Refused({
        why: "credit spent",
        limit: quota.capacity,
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
    if (known) {
      // What it may have can change while its searches run: the last word counts.
      known.quota = quota;
      return known;
    }
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

function searchesOf({ searchesPerMinute }: QuotaLimits): Quota | undefined {
  if (searchesPerMinute === 0) return undefined;
  return { of: "searches", capacity: searchesPerMinute, perSecond: searchesPerMinute / 60 };
}

function hashesOf({ hashCredit, hashCreditPerSecond }: QuotaLimits): Quota | undefined {
  if (hashCredit === 0) return undefined;
  return { of: "hashes", capacity: hashCredit, perSecond: hashCreditPerSecond };
}
