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
  /** How many of them have 0, 1, 2, … wrong letters; nothing beyond the worst. */
  readonly byDistance: readonly number[];
  /** Fewest wrong letters first, then in the order of candidates. At most 500. */
  readonly kept: readonly Match[];
}

export const maximumKept = 500;

export const noMatches: Matches = { count: 0, byDistance: [], kept: [] };

/** Adds a batch. `kept` stays the same array when no match of the batch is good enough. */
export function addMatches(before: Matches, batch: readonly Match[]): Matches {
  const { kept } = before;
  const count = before.count + batch.length;
  const byDistance = countBatch(before.byDistance, batch);
  const worst = kept.length < maximumKept ? undefined : kept[kept.length - 1];
  const good = worst === undefined ? batch : batch.filter((match) => compareMatches(match, worst) < 0);
  if (good.length === 0) return { count, byDistance, kept };
  return { count, byDistance, kept: [...kept, ...good].sort(compareMatches).slice(0, maximumKept) };
}

/** How many were found that end a search with so many wrong letters allowed; all others are near misses. */
export function idealAmong({ byDistance }: Matches, wrongAllowed: number): number {
  return byDistance.slice(0, wrongAllowed + 1).reduce((sum, count) => sum + count, 0);
}

function countBatch(before: readonly number[], batch: readonly Match[]): readonly number[] {
  const counts = [...before];
  for (const { distance } of batch) {
    while (counts.length < distance) counts.push(0);
    counts[distance] = (counts[distance] ?? 0) + 1;
  }
  return counts;
}

function compareMatches(a: Match, b: Match): number {
  return a.distance - b.distance || Number(a.index - b.index);
}
