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
    p10: quantile(sorted, 0.1),
    median: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    maximum: quantile(sorted, 1),
  };
}

/** Nearest rank. */
function quantile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}
