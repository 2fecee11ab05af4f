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

/** What the server knows of a token, and who hears that it is taken away. */
interface Known extends TokenEntry {
  /** A set, not a signal: to leave an AbortSignal of thousands takes a look at each. */
  readonly listeners: Set<OnRemoved>;
}

/** The tokens that the server knows now. */
export class Tokens {
  #known: readonly Known[];

  constructor(entries: readonly TokenEntry[]) {
    this.#known = entries.map((entry) => ({ ...entry, listeners: new Set() }));
  }

  get count(): number {
    return this.#known.length;
  }

  /** Finds the token in an Authorization header. How long it takes tells nothing of which it is, nor how near. */
  find(authorization: string): KnownToken | undefined {
    const [, token] = /^bearer +(\S+)$/i.exec(authorization.trim()) ?? [];
    const digest = digestOf(token ?? "");
    let found: Known | undefined;
    for (const known of this.#known) {
      if (timingSafeEqual(known.digest, digest)) found = known;
    }
    if (!found || token === undefined) return undefined;
    const { name, limits, listeners } = found;
    return {
      name,
      limits,
      onRemoved(callback) {
        listeners.add(callback);
        return () => listeners.delete(callback);
      },
    };
  }

  /** Takes these from now on, and answers the names of those whose tokens are taken away: their calls end. */
  replace(entries: readonly TokenEntry[]): readonly string[] {
    const before = new Map(this.#known.map((known) => [keyOf(known), known]));
    this.#known = entries.map((entry) => ({
      ...entry,
      listeners: before.get(keyOf(entry))?.listeners ?? new Set(),
    }));
    for (const known of this.#known) before.delete(keyOf(known));
    const removed = [...before.values()];
    for (const { listeners } of removed) for (const callback of [...listeners]) callback();
    return removed.map(({ name }) => name);
  }
}

/** Another holder of the same token is another one: what was allowed to the first ends. */
function keyOf({ name, digest }: TokenEntry): string {
  return `${name} ${digest.toString("hex")}`;
}
