// Changes the code in thousands of small ways, one at a time, and looks whether
// a test goes red. What no test sees is listed; the score is the share of what
// one sees. CONTRIBUTING.md says how it is used.
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, matchesGlob, resolve } from "node:path";
import { changedFiles } from "./changed-files.ts";
import { isEquivalent, staleEntries } from "./equivalent.ts";
import { folderOf, folders, notMutated, slowTests } from "./folders.ts";
import { reachableFrom } from "./imports.ts";
import { instrument, type Mutant } from "./instrument.ts";
import { mutate } from "./mutate.ts";
import { type Options, optionsFrom } from "./options.ts";
import { type Judged, rowOf, survivorLine, survivorsOf, table } from "./report.ts";
import { Results } from "./results.ts";

const cache = ".mutate";

// An exit ends all that was started.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

try {
  process.exitCode = await run(optionsFrom(process.argv.slice(2)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function run(options: Options): Promise<number> {
  const endsAt = performance.now() + options.minutes * 60_000;
  const paths = filesToMutate(options);
  if (typeof paths === "string") {
    console.log(paths);
    return 0;
  }
  const files = await instrument(paths, join(cache, "js"));
  const manifest = join(process.cwd(), cache, `files-${process.pid}.json`);
  mkdirSync(cache, { recursive: true });
  const list = files.map(({ path, js, mutants }) => ({ path, js: resolve(js), mutants }));
  writeFileSync(manifest, JSON.stringify(list));
  const results = new Results(files, options);
  const stages = testStages(options);
  const reaching = testsByFile(stages.flatMap((stage) => [...stage]));
  const mutants = files.flatMap(({ list }) => list);
  const open = new Map<Mutant, readonly string[]>();
  for (const mutant of mutants) {
    if (isEquivalent(mutant)) continue;
    const { killedBy, seen } = results.of(mutant);
    const tests = (reaching.get(mutant.path) ?? []).filter((test) => !(test in seen));
    if (killedBy === undefined && tests.length > 0) open.set(mutant, tests);
  }
  console.log(`${mutants.length} mutants in ${files.length} files, ${open.size} of them to be tried.`);
  let leftOut: ReadonlySet<string> = new Set();
  try {
    leftOut = await mutate({
      files,
      manifest,
      mutants: open,
      stages,
      jobs: options.jobs,
      endsAt,
      results,
      say: (line) => console.log(line),
    });
  } finally {
    rmSync(manifest);
  }
  const judged = mutants.map((mutant): Judged => {
    const verdict = results.of(mutant);
    const tests = open.get(mutant) ?? [];
    return { mutant, verdict, isDone: tests.every((test) => test in verdict.seen || leftOut.has(test)) };
  });
  return report(judged, options);
}

/** Paths, or why there are none. */
function filesToMutate({ paths, changed }: Options): readonly string[] | string {
  const all = folders.flatMap(({ files }) => globSync(files).sort()).filter((file) => !notMutated.has(file));
  const wrong = paths.find((path) => !all.some((file) => isWithin(file, path)));
  if (wrong !== undefined) {
    const why = notMutated.get(wrong);
    if (why !== undefined) return `${wrong} is not mutated. ${why}`;
    throw new Error(
      `There is nothing to mutate in "${wrong}". Choose from ${folders.map(({ files }) => folderOf(files)).join(", ")}.`,
    );
  }
  const chosen = all.filter((file) => paths.length === 0 || paths.some((path) => isWithin(file, path)));
  if (changed === undefined) return chosen;
  const touched = changedFiles(changed);
  if (!touched) return "No earlier commit to compare with: nothing is mutated.";
  const found = chosen.filter((file) => touched.has(file));
  return found.length > 0 ? found : "No file that is mutated has changed.";
}

function isWithin(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path.replace(/\/$/, "")}/`);
}

/** Quick unit tests first; slow ones and RPC tests as asked. */
function testStages({ slow, rpc }: Options): readonly ReadonlySet<string>[] {
  const unit = globSync("tests/unit/*.test.ts").sort();
  return [
    new Set(unit.filter((test) => !slowTests.has(test))),
    new Set(slow || rpc ? unit.filter((test) => slowTests.has(test)) : []),
    new Set(rpc ? globSync("tests/rpc/*.test.ts").sort() : []),
  ];
}

/** For each source file the tests that may reach it: unit tests by their imports, RPC tests all of the server. */
function testsByFile(tests: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const reaching = new Map<string, string[]>();
  const server = [...reachableFrom("server/main.ts")];
  for (const test of tests) {
    const own = reachableFrom(test);
    const reached = test.startsWith("tests/rpc/") ? new Set([...own, ...server]) : own;
    for (const file of reached) reaching.set(file, [...(reaching.get(file) ?? []), test]);
  }
  return reaching;
}

/** Prints what came out. The exit code is 1 when a folder that was tried to the end is below its goal. */
function report(judged: readonly Judged[], { threshold, changed }: Options): number {
  const rows = [];
  for (const { files, goal } of folders) {
    const path = folderOf(files);
    const own = judged.filter(({ mutant }) => matchesGlob(mutant.path, files));
    if (own.length === 0) continue;
    for (const survivor of survivorsOf(own)) console.log(survivorLine(survivor));
    rows.push(rowOf(path, threshold ?? goal, own));
  }
  for (const { file, line, code } of staleEntries(judged.map(({ mutant }) => mutant))) {
    console.log(
      `tests/mutate/equivalent.json names "${code}" in "${line}" of ${file}, which is there no more.`,
    );
  }
  console.log(`\n${table(rows)}`);
  if (changed !== undefined && threshold === undefined) return 0;
  return rows.some(({ score, goal, notRun }) => notRun === 0 && score !== undefined && score < goal) ? 1 : 0;
}
