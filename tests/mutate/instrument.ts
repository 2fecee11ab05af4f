import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { addNumberMutator } from "./number-mutator.ts";
import type { InstrumentedFile } from "./shared-state.ts";

/** One small change to a source file. */
export interface Mutant {
  readonly path: string;
  /** Within its file. */
  readonly number: number;
  /** From 1. */
  readonly line: number;
  /** The text of that line, without the spaces around it. */
  readonly lineText: string;
  /** Where it begins in that text, from 1. */
  readonly column: number;
  readonly code: string;
  readonly replacement: string;
}

/** A source file with all its mutants, none of which is on. */
export interface MutatedFile extends InstrumentedFile {
  readonly source: string;
  readonly list: readonly Mutant[];
}

const silent = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => true,
  isErrorEnabled: () => true,
  isFatalEnabled: () => true,
  trace() {},
  debug() {},
  info() {},
  warn: console.warn,
  error: console.error,
  fatal: console.error,
};

/** Writes the instrumented JavaScript of each file into the folder. */
export async function instrument(paths: readonly string[], folder: string): Promise<readonly MutatedFile[]> {
  mkdirSync(folder, { recursive: true });
  await addNumberMutator();
  const instrumenter = new Instrumenter(silent);
  const files: MutatedFile[] = [];
  for (const path of paths) {
    const source = readFileSync(path, "utf8");
    const { files: written, mutants } = await instrumenter.instrument(
      [{ name: path, mutate: true, content: source }],
      { ignorers: [], excludedMutations: [], plugins: null, noHeader: true },
    );
    const lines = source.split("\n");
    const list = mutants.map(({ id, location: { start, end }, replacement }) => ({
      path,
      number: Number(id),
      line: start.line + 1,
      lineText: (lines[start.line] ?? "").trim(),
      column: start.column + 1 - (lines[start.line] ?? "").search(/\S/),
      code: textBetween(lines, start, end),
      replacement,
    }));
    const js = stripTypeScriptTypes(written[0]?.content ?? source);
    const target = join(folder, `${createHash("sha256").update(js).digest("hex").slice(0, 16)}.js`);
    writeFileSync(target, js);
    files.push({ path, source, js: target, mutants: mutants.length, list });
  }
  return files;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

function textBetween(lines: readonly string[], start: Position, end: Position): string {
  const part = lines.slice(start.line, end.line + 1);
  // The end first: on one line, the start moves it.
  part.push((part.pop() ?? "").slice(0, end.column));
  part.unshift((part.shift() ?? "").slice(start.column));
  return part.join("\n");
}
