import type { Summary } from "./statistics.ts";

/** One measured figure. */
export interface Row {
  /** Names the figure for good: two runs are compared by it. */
  readonly name: string;
  readonly unit: "ms" | "times" | "MH/s" | "kB" | "MB" | "%" | "matches/s" | "points";
  readonly better: "less" | "more";
  readonly summary: Summary;
  /** What it should be. */
  readonly goals?: readonly Goal[];
}

/** Below the value where less is better, else at least the value. */
export interface Goal {
  readonly of: "median" | "p90" | "p99" | "maximum";
  readonly value: number;
}

/** Columns for the longest name. */
export const nameWidth = 70;

/** One line of the table that a run prints. */
export function line(row: Row): string {
  const { median, p10, p90, p99, maximum, count } = row.summary;
  const figures = `median ${figure(median)}  p10 ${figure(p10)}  p90 ${figure(p90)}  p99 ${figure(p99)}  max ${figure(maximum)}`;
  const goals = (row.goals ?? []).map((goal) => `   ${verdict(row, goal)}`).join("");
  return `${row.name.padEnd(nameWidth)} ${figures}  ${row.unit}, n=${count}${goals}`;
}

export function isReached({ better, summary }: Row, { of, value }: Goal): boolean {
  return better === "less" ? summary[of] < value : summary[of] >= value;
}

/** Three digits, aligned. */
export function figure(value: number): string {
  const text = Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3);
  return text.padStart(8);
}

function verdict(row: Row, goal: Goal): string {
  const sign = row.better === "less" ? "<" : ">=";
  return `goal ${goal.of} ${sign} ${goal.value}: ${isReached(row, goal) ? "reached" : "MISSED"}`;
}
