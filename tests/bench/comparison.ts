import { readFileSync } from "node:fs";
import type { Environment } from "./environment.ts";
import { figure, nameWidth, type Row } from "./row.ts";

/** What a run writes with --json. */
export interface Results {
  readonly environment: Environment;
  readonly rows: readonly Row[];
}

/** The results of an earlier run. Throws an Error whose message says what to do when the file holds none. */
export function readResults(file: string): Results {
  let results: Partial<Results> | undefined;
  try {
    results = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(
      `Cannot compare with ${file}: ${(error as Error).message}. Name a file made with --json.`,
    );
  }
  if (results?.environment && Array.isArray(results.rows)) return results as Results;
  throw new Error(`Cannot compare with ${file}: it holds no results. Name a file made with --json.`);
}

/** A line for each row of the earlier run that this one has too: now against then. */
export function comparison(then: Results, now: Results): string[] {
  const rows = new Map(now.rows.map((row) => [row.name, row]));
  const lines = then.rows.flatMap((before) => {
    const after = rows.get(before.name);
    return after ? [compared(before, after)] : [];
  });
  const left = then.rows.length - lines.length;
  return left > 0 ? [...lines, `${left} of its ${then.rows.length} rows were not measured now`] : lines;
}

function compared(before: Row, after: Row): string {
  const ratio = (after.summary.median / before.summary.median).toFixed(3).padStart(8);
  const medians = `${figure(before.summary.median)} ->${figure(after.summary.median)} ${after.unit}`;
  return `${before.name.padEnd(nameWidth)} ${ratio}  ${medians.padEnd(34)}${difference(before, after)}`.trimEnd();
}

/** A word when each median lies outside of the other's p10 to p90. */
function difference({ summary: before }: Row, { summary: after, better }: Row): string {
  const apart =
    (after.median > before.p90 && before.median < after.p10) ||
    (after.median < before.p10 && before.median > after.p90);
  if (!apart) return "";
  return after.median > before.median === (better === "more") ? "better" : "WORSE";
}
