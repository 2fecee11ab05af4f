import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const known = new Map<string, readonly string[]>();

/** All files of the project that the file loads, itself included, threads too. */
export function reachableFrom(path: string): ReadonlySet<string> {
  const reached = new Set([path]);
  for (const from of reached) for (const to of importsOf(from)) reached.add(to);
  return reached;
}

function importsOf(path: string): readonly string[] {
  const before = known.get(path);
  if (before) return before;
  const text = readFileSync(path, "utf8");
  const specifiers = text.matchAll(/(?:from|import|import\(|new URL\()\s*"(\.\.?\/[^"]+\.tsx?)"/g);
  const files = [...specifiers]
    .map(([, specifier = ""]) => relative(".", join(dirname(path), specifier)))
    .filter((file) => existsSync(file));
  known.set(path, files);
  return files;
}
