import type { Logger } from "pino";
import { pause } from "../calls/abort.ts";
import { messageOf } from "../calls/message-of.ts";
import type { Upstream } from "./upstream.ts";

const lookUpEveryMs = 10_000;

/** Every address of a host; for one that is an address, itself. */
export type LookUp = (host: string) => Promise<readonly string[]>;

/** One of the addresses of an upstream's name. */
export interface UpstreamAddress {
  /** The URL as it was given: a certificate is of its name, not of its addresses. */
  readonly given: string;
  readonly address: string;
  /** The URL with the address instead of the name, which tells it from the others. */
  readonly url: string;
}

export interface UpstreamsOptions<U> {
  /** As they were given; a host name may have several addresses. */
  readonly urls: readonly string[];
  readonly lookUp: LookUp;
  readonly make: (at: UpstreamAddress) => U;
  readonly log: Logger;
}

/**
 * The servers that compute for this one: each address of each name. Names are
 * looked up again and again, so that machines come and go while a search runs.
 */
export class Upstreams<U extends Pick<Upstream, "running" | "close"> = Upstream> {
  readonly #options: UpstreamsOptions<U>;
  readonly #life = new AbortController();
  /** By the URL that was given, then by the URL of the address. */
  readonly #found = new Map<string, ReadonlyMap<string, U>>();
  /** Gone from their names, with ranges under way. */
  #leaving: readonly U[] = [];
  /** All of them: it is asked for several times a range, and changes with the names alone. */
  #list: readonly U[] = [];

  constructor(options: UpstreamsOptions<U>) {
    this.#options = options;
    for (const url of options.urls) void this.#keepLookingUp(url);
  }

  get list(): readonly U[] {
    if (this.#leaving.some(({ running }) => running === 0)) {
      this.#leaving = this.#leaving.filter(({ running }) => running > 0);
      this.#listAgain();
    }
    return this.#list;
  }

  close(): void {
    this.#life.abort(new Error("the server leaves"));
    for (const upstream of this.list) upstream.close();
  }

  async #keepLookingUp(given: string): Promise<void> {
    const { signal } = this.#life;
    const { lookUp, log } = this.#options;
    const { hostname } = new URL(given);
    while (!signal.aborted) {
      try {
        // Node's URL keeps the brackets of an IPv6 address.
        const addresses = await lookUp(hostname.replace(/^\[|\]$/g, ""));
        if (!signal.aborted) this.#take(given, addresses);
      } catch (error) {
        // Those that are known may well be there.
        log.warn(
          { upstream: given, reason: messageOf(error) },
          "the addresses of an upstream cannot be looked up",
        );
      }
      await pause(lookUpEveryMs, signal).catch(() => {});
    }
  }

  #take(given: string, addresses: readonly string[]): void {
    const { make, log } = this.#options;
    const before = this.#found.get(given) ?? new Map<string, U>();
    const now = new Map<string, U>();
    for (const address of addresses) {
      const url = withHost(given, address);
      now.set(url, before.get(url) ?? make({ given, address, url }));
      if (!before.has(url) && url !== given)
        log.info({ upstream: given, address: url }, "an upstream has come");
    }
    this.#found.set(given, now);
    for (const [url, upstream] of before) {
      if (now.has(url)) continue;
      upstream.close();
      this.#leaving = [...this.#leaving, upstream];
      log.info({ upstream: given, address: url }, "an upstream has gone");
    }
    this.#listAgain();
  }

  #listAgain(): void {
    const found = [...this.#found.values()].flatMap((upstreams) => [...upstreams.values()]);
    this.#list = [...found, ...this.#leaving];
  }
}

function withHost(given: string, address: string): string {
  const url = new URL(given);
  url.hostname = address.includes(":") ? `[${address}]` : address;
  return url.origin;
}
