// Runs every *.test.ts below the given folders or files with node:test; other
// arguments, such as --test-name-pattern=…, go to node. One file more than there
// are cores runs at a time, since tests also wait, and then, one by one, those
// that measure time (tests-alone.ts). A leaked worker, timer or socket keeps a
// test file from ending, so there is no forced exit: a file that hangs fails by
// name (test-reporter.ts). A process that outlives the tests is a leak as well.
import { spawn } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { keepCompiled } from "./compiled.ts";
import { testLimitMs } from "./test-limits.ts";
import { testsAlone } from "./tests-alone.ts";

const leavingMs = 2_000;

const options = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const paths = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
process.exitCode = await runAll(paths.flatMap(testsIn));

/** Resolves to the exit code. */
async function runAll(files: readonly string[]): Promise<number> {
  if (files.length === 0 || paths.some((path) => testsIn(path).length === 0)) {
    console.error(`Cannot test "${paths.join(" ")}": no *.test.ts file there.`);
    return 1;
  }
  keepCompiled();
  const gone = Object.keys(testsAlone).filter((file) => !existsSync(file));
  if (gone.length > 0) {
    console.error(`Cannot run ${gone.join(", ")} alone: not there. Mend the list in scripts/tests-alone.ts.`);
    return 1;
  }
  const isAlone = (file: string): boolean => relative(".", file) in testsAlone;
  const together = await runTests(
    files.filter((file) => !isAlone(file)),
    availableParallelism() + 1,
  );
  return (await runTests(files.filter(isAlone), 1)) || together;
}

/** Resolves to the exit code. */
async function runTests(files: readonly string[], atATime: number): Promise<number> {
  if (files.length === 0) return 0;
  const reporter = fileURLToPath(new URL("test-reporter.ts", import.meta.url));
  const settings = [`reporter=${reporter}`, `timeout=${testLimitMs}`, `concurrency=${atATime}`];
  const args = ["--test", ...settings.map((setting) => `--test-${setting}`), ...options, ...files];
  // A process group of its own, so that what the tests start can be ended with them.
  const child = spawn(process.execPath, args, { stdio: "inherit", detached: true });
  const group = -(child.pid ?? Number.NaN);
  const stop = (): void => {
    send(group, "SIGKILL");
    process.exit(1);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, stop);
  const code = await new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  for (const signal of signals) process.off(signal, stop);
  if (await leaves(group)) return code;
  send(group, "SIGKILL");
  console.error(
    "The tests left processes running, which were killed: something that they start is never ended.",
  );
  return 1;
}

async function leaves(group: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < leavingMs; waitedMs += 50) {
    if (!send(group, 0)) return true;
    await setTimeout(50);
  }
  return false;
}

/** Whether there was anyone to send the signal to. */
function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(group, signal);
  } catch {
    return false;
  }
}

function testsIn(path: string): readonly string[] {
  return path.endsWith(".ts") ? globSync(path) : globSync(`${path}/**/*.test.ts`).sort();
}
