import { createHmac, randomBytes } from "node:crypto";
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

/** A token as it is in the file now, and those who listen. */
interface Known {
  entry: TokenEntry;
  /** A set, not a signal: to leave an AbortSignal of thousands takes a look at each. */
  readonly listeners: Set<OnRemoved>;
}

/** The tokens that the server knows now. */
export class Tokens {
  // Where a token is looked up, nobody can tell in advance: how long it takes tells
  // nothing of which there are, nor how near one is, and takes no look at each.
  readonly #secret = randomBytes(32);
  #known: ReadonlyMap<string, Known>;

  constructor(entries: readonly TokenEntry[]) {
    this.#known = this.#indexed(entries, new Map());
  }

  get count(): number {
    return this.#known.size;
  }

  /** Finds the token in an Authorization header. */
  find(authorization: string): KnownToken | undefined {
    const [, token] = /^bearer +(\S+)$/i.exec(authorization.trim()) ?? [];
    const known = token === undefined ? undefined : this.#known.get(this.#placeOf(digestOf(token)));
    if (!known) return undefined;
    return {
      name: known.entry.name,
      get limits() {
        return known.entry.limits;
      },
      onRemoved: (callback) => {
        known.listeners.add(callback);
        return () => known.listeners.delete(callback);
      },
    };
  }

  /** Takes these from now on, and answers the names of those whose tokens are taken away: their calls end. */
  replace(entries: readonly TokenEntry[]): readonly string[] {
    const before = this.#known;
    this.#known = this.#indexed(entries, before);
    const kept = new Set(this.#known.values());
    const removed = [...before.values()].filter((known) => !kept.has(known));
    for (const { listeners } of removed) for (const callback of [...listeners]) callback();
    return removed.map(({ entry }) => entry.name);
  }

  /** Another holder of the same token is another one: what was allowed to the first ends. */
  #indexed(entries: readonly TokenEntry[], before: ReadonlyMap<string, Known>): ReadonlyMap<string, Known> {
    return new Map(
      entries.map((entry) => {
        const place = this.#placeOf(entry.digest);
        const known = before.get(place);
        if (known?.entry.name !== entry.name) return [place, { entry, listeners: new Set() }];
        known.entry = entry;
        return [place, known];
      }),
    );
  }

  #placeOf(digest: Buffer): string {
    return createHmac("sha256", this.#secret).update(digest).digest("base64");
  }
}
