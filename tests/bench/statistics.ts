/** Median, spread and tail of measured values, in their own unit. */
export interface Summary {
  readonly count: number;
  readonly minimum: number;
  /** A tenth of the values lies below. */
  readonly p10: number;
  readonly median: number;
  /** A tenth of the values lies above. */
  readonly p90: number;
  readonly p99: number;
  readonly maximum: number;
}

/** @param values at least one */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    minimum: quantile(sorted, 0),
    p10: quantile(sorted, shares.p10),
    median: quantile(sorted, 0.5),
    p90: quantile(sorted, shares.p90),
    p99: quantile(sorted, shares.p99),
    maximum: quantile(sorted, 1),
  };
}

/** The plainest name of a quantile of so many values: below 100 values, p99 is the maximum. */
export function plainly(of: keyof typeof shares, count: number): keyof typeof shares | "minimum" | "maximum" {
  const rank = rankOf(shares[of], count);
  if (rank === count) return "maximum";

  return rank === 1 ? "minimum" : of;
}

const shares = { p10: 0.1, p90: 0.9, p99: 0.99 } as const;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[rankOf(share, sorted.length) - 1] ?? Number.NaN;
}

/** Nearest rank, from 1. */
function rankOf(share: number, count: number): number {
  return Math.max(1, Math.ceil(share * count));
}
