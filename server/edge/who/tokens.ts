import { timingSafeEqual } from "node:crypto";
import { digestOf } from "./new-token.ts";
import type { TokenEntry } from "./token-file.ts";

/** Called when a token is no longer known. */
type OnRemoved = () => void;

/** A token that the server knows, with the calls that were made with it. */
export interface KnownToken extends Pick<TokenEntry, "name" | "limits"> {
  /**
   * Calls back when the token is taken away.
   *
   * @returns stops listening
   */
  onRemoved(callback: OnRemoved): () => void;
}

/** The tokens that the server knows now. */
export class Tokens {
  #entries: readonly TokenEntry[];
  /** By the token's hash. A set, not a signal: to leave an AbortSignal of thousands takes a look at each. */
  readonly #listeners = new Map<string, Set<OnRemoved>>();

  constructor(entries: readonly TokenEntry[]) {
    this.#entries = entries;
  }

  get count(): number {
    return this.#entries.length;
  }

  /** Finds the token in an Authorization header. How long it takes tells nothing of which it is, nor how near. */
  find(authorization: string): KnownToken | undefined {
    const [, token] = /^bearer +(\S+)$/i.exec(authorization.trim()) ?? [];
    const digest = digestOf(token ?? "");
    let found: TokenEntry | undefined;
    for (const entry of this.#entries) {
      if (timingSafeEqual(entry.digest, digest)) found = entry;
    }
    if (!found || token === undefined) return undefined;
    const key = keyOf(found);
    return {
      name: found.name,
      limits: found.limits,
      onRemoved: (callback) => this.#listen(key, callback),
    };
  }

  /** Takes these from now on, and answers the names of those whose tokens are taken away: their calls end. */
  replace(entries: readonly TokenEntry[]): readonly string[] {
    const kept = new Set(entries.map(keyOf));
    const removed = this.#entries.filter((entry) => !kept.has(keyOf(entry)));
    this.#entries = entries;
    for (const entry of removed) {
      const listeners = this.#listeners.get(keyOf(entry));
      for (const callback of [...(listeners ?? [])]) callback();
    }
    return removed.map(({ name }) => name);
  }

  #listen(key: string, callback: OnRemoved): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners);
    listeners.add(callback);
    return () => {
      listeners.delete(callback);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }
}

/** Another holder of the same token is another one: what was allowed to the first ends. */
function keyOf({ name, digest }: TokenEntry): string {
  return `${name} ${digest.toString("hex")}`;
}
