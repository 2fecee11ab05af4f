import type { Credit } from "./credit.ts";
import { msUntil, type Quota, type Taken } from "./quota.ts";
import type { QuotaStore } from "./quota-store.ts";

export interface AccountOptions {
  readonly quota: Quota;
  readonly store: QuotaStore;
  readonly client: string;
  /** The last search has left. */
  readonly onEmpty: () => void;
}

// A search that would end at once need not begin: the least to start with is a
// hundredth of a full bucket.
const startingShare = 100;

// How long to wait for a store that is gone; the searches rest meanwhile.
const retryMs = 1000;

// A portion is about a second's work, whatever the workers are: it begins with a
// tenth of a second of one core, and is twice as large when it was used up sooner
// than this, half as large when it lasted for long.
const firstPortion = 2 ** 22;
const usedUpMs = 500;
const lastedMs = 4000;

interface Drawer {
  /** Hashes that it may still take, by its own range. */
  needed: number;
  onChange(): void;
}

/**
 * What this server holds of one client's hash credit, for the client's searches
 * together. It takes a portion from the store before the work and puts back what
 * is not computed, so that the server never computes what was not paid, and a
 * store far away is asked a few times a second instead of at each range.
 */
export class CreditAccount {
  /** As its client has it now: another one holds from the next question to the store on. */
  quota: Quota;
  readonly #options: Omit<AccountOptions, "quota">;
  readonly #drawers = new Set<Drawer>();
  #available = 0;
  #portion = firstPortion;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<Taken> | undefined;
  /** The store had less than was asked for. */
  #isDry = false;
  #retry: NodeJS.Timeout | undefined;

  constructor({ quota, ...options }: AccountOptions) {
    this.quota = quota;
    this.#options = options;
  }

  /** Taken from the store, and not by any search. */
  get available(): number {
    return this.#available;
  }

  /**
   * Makes a search one of those that use it, and answers how it leaves, which is
   * safe to call twice. It leaves when every range of it is back.
   *
   * @param hashes the most that it will ever need
   */
  join(hashes: number): { readonly credit: Credit; readonly leave: () => void } {
    const drawer: Drawer = { needed: hashes, onChange: () => {} };
    this.#drawers.add(drawer);
    return { credit: this.#creditOf(drawer), leave: () => this.#leave(drawer) };
  }

  /**
   * Sees that there is enough to begin a search of so many hashes.
   *
   * @returns undefined when there is, else what there is, what is needed and when it will be there
   * @throws StoreGone
   */
  async ready(
    hashes: number,
  ): Promise<{ readonly left: number; readonly least: number; readonly afterMs: number } | undefined> {
    const least = Math.min(hashes, leastToStart(this.quota));
    while (this.#available < least && this.#asking !== undefined) await this.#asking;
    if (this.#available >= least) return undefined;
    const { granted, left } = await this.#ask(least - this.#available);
    if (granted > 0) return undefined;
    const there = this.#available + left;
    return { left: there, least, afterMs: msUntil(this.quota, least, there) };
  }

  #creditOf(drawer: Drawer): Credit {
    const account = this;
    const { quota } = this;
    return {
      within: (most) => this.#within(drawer, most),
      take: (hashes) => {
        this.#available -= hashes;
        drawer.needed -= hashes;
        // The others may have nothing that runs, and would hear of it from nobody.
        if (this.#isSpent) this.#tell();
      },
      giveBack: (hashes) => {
        drawer.needed += hashes;
        this.#available += hashes;
        if (hashes > 0) this.#tell();
      },
      get isSpent() {
        return account.#isSpent;
      },
      retryAfterMs: msUntil(quota, leastToStart(quota), 0),
      onChange: (callback) => {
        drawer.onChange = callback;
      },
    };
  }

  get #isSpent(): boolean {
    return this.#isDry && this.#available === 0 && !this.#asking;
  }

  #within(drawer: Drawer, most: number): number {
    const within = Math.min(most, this.#available);
    // Of a range that is tried again, more is needed than was reckoned.
    if (within === 0) drawer.needed = Math.max(drawer.needed, most);
    // Before the last hash is taken: workers should not wait for the store.
    if (this.#available < this.#portion / 2 && !this.#isDry) this.#askForMore();
    return within;
  }

  #askForMore(): void {
    if (this.#asking || this.#retry || this.#missing() <= 0) return;
    this.#ask(1).catch(() => {
      this.#retry = setTimeout(() => {
        this.#retry = undefined;
        this.#askForMore();
      }, retryMs).unref();
    });
  }

  /** @throws StoreGone */
  async #ask(least: number): Promise<Taken> {
    const { store, client } = this.#options;
    this.#measure();
    const most = Math.max(least, Math.min(this.#portion, this.#missing()));
    this.#asking = store.take(this.quota, client, { least, most });
    try {
      const taken = await this.#asking;
      this.#isDry = taken.granted < most;
      this.#available += taken.granted;
      return taken;
    } finally {
      this.#asking = undefined;
      if (this.#drawers.size === 0) this.#settle();
      else this.#tell();
    }
  }

  #measure(): void {
    const nowMs = performance.now();
    const sinceMs = nowMs - this.#askedAtMs;
    this.#askedAtMs = nowMs;
    if (sinceMs < usedUpMs) this.#portion *= 2;
    else if (sinceMs > lastedMs) this.#portion = Math.max(firstPortion, this.#portion / 2);
  }

  /** What its searches will take at the most, beyond what is here. */
  #missing(): number {
    let needed = -this.#available;
    for (const drawer of this.#drawers) needed += drawer.needed;
    return needed;
  }

  #tell(): void {
    for (const drawer of this.#drawers) drawer.onChange();
  }

  #leave(drawer: Drawer): void {
    if (!this.#drawers.delete(drawer) || this.#drawers.size > 0) return;
    this.#settle();
    this.#options.onEmpty();
  }

  /** Puts back all that nobody will take. */
  #settle(): void {
    const { store, client } = this.#options;
    const most = -this.#available;
    this.#available = 0;
    // Where the store is gone it is lost; the bucket fills by itself.
    if (most < 0) store.take(this.quota, client, { least: most, most }).catch(() => {});
  }
}

function leastToStart({ capacity }: Quota): number {
  return Math.ceil(capacity / startingShare);
}
