import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { TestServer } from "../support/server.ts";

/** What the log calls each ending of a report. */
const causes: Readonly<Partial<Record<Ending, string>>> = {
  [Ending.FOUND]: "found",
  [Ending.CANCELLED]: "cancelled",
  [Ending.DEADLINE]: "deadline",
  [Ending.BUDGET]: "budget",
  [Ending.SHUTDOWN]: "shutdown",
  [Ending.SPACE_EXHAUSTED]: "space exhausted",
  [Ending.FAILURE]: "failure",
};

/** What callers know of their searches, to be held against the log. */
export class Journal {
  readonly #ended = new Map<string, Ending>();
  readonly #counts = new Map<string, number>();
  readonly #failures: string[] = [];

  count(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  /** The server's own word on how a search ended. */
  ended(searchId: string, ending: Ending): void {
    const before = this.#ended.get(searchId);
    if (before !== undefined && before !== ending) {
      this.fail(`search ${searchId} ended as ${causes[before]}, later as ${causes[ending]}`);
    }
    this.#ended.set(searchId, ending);
  }

  fail(words: string): void {
    this.#failures.push(words);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  get reports(): number {
    return this.#ended.size;
  }

  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Holds all reports against the logs of all lives: one ending a search, and the same one. */
  compared(lives: readonly TestServer[]): {
    readonly logged: ReadonlyMap<string, number>;
    readonly wrong: readonly string[];
  } {
    const causeOf = new Map<string, string>();
    const logged = new Map<string, number>();
    const wrong: string[] = [];
    for (const { searchId, cause } of lives.flatMap((life) => life.logged({ msg: "search ended" }))) {
      const id = String(searchId);
      logged.set(String(cause), (logged.get(String(cause)) ?? 0) + 1);
      if (causeOf.has(id)) wrong.push(`search ${id} has ended twice in the log`);
      causeOf.set(id, String(cause));
    }
    for (const [id, ending] of this.#ended) {
      const cause = causeOf.get(id);
      if (cause !== causes[ending])
        wrong.push(`search ${id}: the report says ${causes[ending]}, the log ${cause}`);
    }
    return { logged, wrong };
  }
}
