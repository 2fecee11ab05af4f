import { plainly, type Summary } from "./statistics.ts";

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
  const { median, minimum, p10, maximum, count } = row.summary;
  const least = plainly("p10", count) === "p10" ? `p10 ${figure(p10)}` : `min ${figure(minimum)}`;
  const tail = (["p90", "p99"] as const).map((of) =>
    // Of few values it is the maximum, which is told as that.
    plainly(of, count) === of ? `${of} ${figure(row.summary[of])}` : " ".repeat(12),
  );
  const figures = [`median ${figure(median)}`, least, ...tail, `max ${figure(maximum)}`].join("  ");
  const goals = (row.goals ?? []).map((goal) => `   ${verdict(row, goal)}`).join("");
  return `${row.name.padEnd(nameWidth)} ${figures}  ${row.unit}, n=${count}${goals}`;
}

export function isReached({ better, summary }: Row, { of, value }: Goal): boolean {
  return better === "less" ? summary[of] < value : summary[of] >= value;
}

/** What a goal is for: of few values, p99 is their maximum. */
export function goalName({ summary: { count } }: Row, { of }: Goal): string {
  return of === "p90" || of === "p99" ? plainly(of, count) : of;
}

/** Three digits, aligned. */
export function figure(value: number): string {
  const text = Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3);
  return text.padStart(8);
}

function verdict(row: Row, goal: Goal): string {
  const sign = row.better === "less" ? "<" : ">=";
  return `goal ${goalName(row, goal)} ${sign} ${goal.value}: ${isReached(row, goal) ? "reached" : "MISSED"}`;
}
