import { isEquivalent, shortened } from "./equivalent.ts";
import type { Mutant } from "./instrument.ts";
import type { Verdict } from "./results.ts";

export interface Judged {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  /** Whether all tests that could see it have been tried. */
  readonly isDone: boolean;
}

export interface Row {
  readonly folder: string;
  readonly goal: number;
  readonly mutants: number;
  readonly killed: number;
  readonly survived: number;
  readonly equivalent: number;
  readonly notRun: number;
  /** In per cent of those that were run and are not equivalent. */
  readonly score: number | undefined;
}

export function rowOf(folder: string, goal: number, judged: readonly Judged[]): Row {
  const killed = judged.filter(({ verdict }) => verdict.killedBy).length;
  const survived = survivorsOf(judged).length;
  const notRun = judged.filter(({ verdict, isDone }) => !verdict.killedBy && !isDone).length;
  return {
    folder,
    goal,
    mutants: judged.length,
    killed,
    survived,
    equivalent: judged.length - killed - survived - notRun,
    notRun,
    score: killed + survived > 0 ? (100 * killed) / (killed + survived) : undefined,
  };
}

export function survivorsOf(judged: readonly Judged[]): readonly Judged[] {
  return judged.filter(({ mutant, verdict, isDone }) => isDone && !verdict.killedBy && !isEquivalent(mutant));
}

/** `file:line  code ⇒ replacement`, and the line it stands in. */
export function survivorLine({ mutant }: Judged): string {
  const { path, line, code, replacement, lineText } = mutant;
  return `${path}:${line}  ${shortened(code)} ⇒ ${shortened(replacement)}\n    ${lineText}`;
}

const columns = ["folder", "mutants", "killed", "survived", "equivalent", "not run", "score", "goal"];

/** A table of Markdown. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.folder,
    row.mutants,
    row.killed,
    row.survived,
    row.equivalent,
    row.notRun,
    row.score === undefined ? "–" : `${row.score.toFixed(1)} %`,
    `${row.goal} %`,
  ]);
  return [columns, columns.map((_, i) => (i === 0 ? "---" : "--:")), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
