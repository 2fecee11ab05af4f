import { ConnectError } from "@connectrpc/connect";
import { hasOneAddress } from "../support/callers.ts";
import { Random } from "../support/random.ts";
import { acts } from "./acts.ts";
import { type Caller, heard } from "./caller.ts";
import { continuedSearch, type references } from "./continued.ts";
import type { Journal } from "./journal.ts";
import type { Lives } from "./lives.ts";

const acting = 8;
const continuing = 2;

/** Everybody who calls the server, each doing one thing after the other. */
export class Crowd {
  readonly #web: Lives;
  readonly #journal: Journal;
  readonly #seed: number;
  readonly #wanted: ReturnType<typeof references>;
  #rounds = 0;

  constructor(web: Lives, journal: Journal, seed: number, wanted: ReturnType<typeof references>) {
    this.#web = web;
    this.#journal = journal;
    this.#seed = seed;
    this.#wanted = wanted;
  }

  /** They call until the signal, and are done with what they were at when it resolves. */
  async call(signal: AbortSignal): Promise<void> {
    const round = this.#rounds++;
    await Promise.all(
      Array.from({ length: acting + continuing }, async (_, lane) => {
        const random = new Random(this.#seed, 1000 * round + lane);
        const from = hasOneAddress ? "127.0.0.1" : `127.0.0.${2 + lane}`;
        const caller = { web: this.#web, from, random, signal, journal: this.#journal };
        while (!signal.aborted) await this.#actOnce(caller, lane < continuing);
      }),
    );
  }

  async #actOnce(caller: Caller, continues: boolean): Promise<void> {
    const [name, act] = continues
      ? (["continue a search", (one: Caller) => continuedSearch(one, this.#wanted)] as const)
      : caller.random.pick(acts);
    try {
      await act(caller);
      this.#journal.count(name);
    } catch (error) {
      if (caller.signal.aborted) return;
      // What is no answer of a call is a mistake of this script.
      if (!(error instanceof ConnectError)) throw error;
      heard(this.#journal, "other calls", error);
    }
  }
}
