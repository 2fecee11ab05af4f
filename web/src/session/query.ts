/** What a person asks for. It stays the same when a search is continued. */
export interface Query {
  readonly name: string;
  /** The distance that ends the search. */
  readonly wrongAllowed: number;
  /** Near misses up to this distance are shown too; 0 for none. */
  readonly alsoShow: number;
  /** "first" asks for the first match (Find), "every" also streams the near misses (FindRange). */
  readonly mode: "first" | "every";
  /** The person's own budget in hashes. 0: the server's. */
  readonly maximumHashes: bigint;
  /** The person's own time limit; undefined: the server's. */
  readonly timeLimitMs: number | undefined;
}

/** The fields of `HashNameRequest` for one run of the query. */
export function requestOf(query: Query, searchId: string, startIndex: bigint) {
  return {
    desiredName: query.name,
    idealHammingDistance: query.wrongAllowed,
    interestingHammingDistance: query.mode === "every" ? query.alsoShow : 0,
    searchId,
    startIndex,
    maximumHashes: query.maximumHashes,
  };
}
