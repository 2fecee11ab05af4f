import { readFileSync } from "node:fs";
import type { Mutant } from "./instrument.ts";

/** A change that no test can see, and why. */
interface Equivalent {
  readonly file: string;
  /** The whole line, without the spaces around it. */
  readonly line: string;
  readonly code: string;
  readonly replacement: string;
  /** Where the code begins in the line, from 1: only where the line has the same code twice. */
  readonly column?: number;
  readonly reason: string;
}

const list: readonly Equivalent[] = JSON.parse(
  readFileSync(new URL("./equivalent.json", import.meta.url), "utf8"),
);

export function isEquivalent(mutant: Mutant): boolean {
  return list.some((entry) => isOf(entry, mutant));
}

/** Entries for these files that name no mutant any more. */
export function staleEntries(mutants: readonly Mutant[]): readonly Equivalent[] {
  const paths = new Set(mutants.map(({ path }) => path));
  return list.filter((entry) => paths.has(entry.file) && !mutants.some((mutant) => isOf(entry, mutant)));
}

function isOf(entry: Equivalent, mutant: Mutant): boolean {
  return (
    entry.file === mutant.path &&
    entry.line === mutant.lineText &&
    (entry.column === undefined || entry.column === mutant.column) &&
    entry.code === shortened(mutant.code) &&
    entry.replacement === shortened(mutant.replacement)
  );
}

/** Code on one line, its end left out where it is long. */
export function shortened(code: string): string {
  const line = code.replace(/\s+/g, " ");
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
