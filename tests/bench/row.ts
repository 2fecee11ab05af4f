import type { Summary } from "./statistics.ts";

/** One measured figure. */
export interface Row {
  /** Names the figure for good: two runs are compared by it. */
  readonly name: string;
  readonly unit: "ms" | "times" | "MH/s" | "kB" | "%" | "matches/s";
  readonly summary: Summary;
  /** What it should be. */
  readonly goal?: { readonly of: keyof Summary; readonly is: "below" | "at least"; readonly value: number };
}

/** One line of the table that a run prints. */
export function line({ name, unit, summary, goal }: Row): string {
  const { median, p10, p90, p99, count } = summary;
  const figures = `median ${figure(median)}  p10 ${figure(p10)}  p90 ${figure(p90)}  p99 ${figure(p99)}`;
  return `${name.padEnd(58)} ${figures}  ${unit}, n=${count}${goal ? `   ${verdict(summary, goal)}` : ""}`;
}

function verdict(summary: Summary, { of, is, value }: NonNullable<Row["goal"]>): string {
  const reached = is === "below" ? summary[of] < value : summary[of] >= value;
  return `goal ${of} ${is} ${value}: ${reached ? "reached" : "MISSED"}`;
}

function figure(value: number): string {
  return value.toPrecision(3).padStart(7);
}
