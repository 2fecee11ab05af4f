/** A match as the page shows it. */
export interface Match {
  /** The byte string, in base64. */
  readonly secret: string;
  /** Its SHA-1, in base64. */
  readonly hash: string;
  /** Mismatches in the best window. */
  readonly distance: number;
  readonly index: bigint;
  /** Where that window starts in the hash. */
  readonly offset: number;
}

/** Every match is counted, the best are kept. */
export interface Matches {
  readonly count: number;
  /** Fewest wrong letters first, then in the order of candidates. At most 500. */
  readonly kept: readonly Match[];
}

export const maximumKept = 500;

export const noMatches: Matches = { count: 0, kept: [] };

/** Adds a batch. `kept` stays the same array when no match of the batch is good enough. */
export function addMatches({ count, kept }: Matches, batch: readonly Match[]): Matches {
  const worst = kept.length < maximumKept ? undefined : kept[kept.length - 1];
  const good = worst === undefined ? batch : batch.filter((match) => compareMatches(match, worst) < 0);
  if (good.length === 0) return { count: count + batch.length, kept };
  return {
    count: count + batch.length,
    kept: [...kept, ...good].sort(compareMatches).slice(0, maximumKept),
  };
}

function compareMatches(a: Match, b: Match): number {
  return a.distance - b.distance || (a.index < b.index ? -1 : a.index > b.index ? 1 : 0);
}
