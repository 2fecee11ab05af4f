import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { Counts } from "../support/counts.ts";
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
  readonly #counts = new Counts();
  readonly #failures: string[] = [];

  count(what: string, times = 1): void {
    this.#counts.add(what, times);
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

  get counts(): Counts {
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
    readonly logged: Counts;
    readonly wrong: readonly string[];
  } {
    const causeOf = new Map<string, string>();
    const logged = new Counts();
    const wrong: string[] = [];
    for (const { searchId, cause } of lives.flatMap((life) => life.logged({ msg: "search ended" }))) {
      const id = String(searchId);
      logged.add(String(cause));
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
