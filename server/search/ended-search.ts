import type { Query } from "./query.ts";
import type { Batch } from "./reader-queue.ts";
import { type Report, SearchEnded } from "./report.ts";
import type { Search } from "./search.ts";

/** What a caller may ask of a search, live or ended. */
export type KnownSearch = Pick<Search, "client" | "query" | "report" | "ended" | "join" | "answer">;

/** What is kept of a search for callers that ask after its end: 0.7 kB, and 120 bytes for each of up to 32 workers. */
export class EndedSearch implements KnownSearch {
  readonly client: string;
  readonly query: Query;
  readonly report: Report;
  readonly #ideal: Batch | undefined;

  /** @param ideal its answer, for a search whose calls may be sent again */
  constructor({ client, query }: Search, report: Report, ideal: Batch | undefined) {
    this.client = client;
    this.query = query;
    this.report = report;
    this.#ideal = ideal;
  }

  get ended(): Promise<Report> {
    return Promise.resolve(this.report);
  }

  /** There is nothing left to end. */
  join(): () => boolean {
    return () => false;
  }

  /** @throws SearchEnded when it ended without an ideal match */
  async answer(): Promise<Batch> {
    if (!this.#ideal) throw new SearchEnded(this.report);
    return this.#ideal;
  }
}
