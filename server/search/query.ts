/** What to search for. Whoever makes one has held it to the contract's rules. */
export interface Query {
  /** 1 to 28 base64 characters, in either case. */
  readonly name: string;
  /** The first match at most this far from the name ends the search. */
  readonly idealDistance: number;
  /** Matches at most this far are streamed too; never below the ideal distance. */
  readonly listedDistance: number;
  /** Index of the first candidate to try. */
  readonly start: bigint;
  /** Index after the last candidate to try: by the budget, or the end of the space. */
  readonly end: bigint;
  /** Whether it is a budget that sets the end. */
  readonly budgeted: boolean;
}

/** Whether two queries ask for the same. */
export function sameQuery(a: Query, b: Query): boolean {
  return (
    a.name === b.name &&
    a.idealDistance === b.idealDistance &&
    a.listedDistance === b.listedDistance &&
    a.start === b.start &&
    a.end === b.end
  );
}
