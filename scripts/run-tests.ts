// Runs every *.test.ts below the given folders or files with node:test; other
// arguments, such as --test-name-pattern=…, go to node. A leaked worker, timer
// or socket keeps a test file from ending, so there is no forced exit, only a
// time limit. A process that outlives the tests is a leak as well.
import { spawn, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

const timeLimitMs = 10 * 60_000;
// For one test. A file whose tests are done and that does not end has no limit
// of its own in node:test.
const testLimitMs = 2 * 60_000;
const leavingMs = 2_000;

const options = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const paths = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
process.exitCode = await runTests(paths.flatMap(testsIn));

/** Resolves to the exit code. */
async function runTests(files: readonly string[]): Promise<number> {
  if (files.length === 0 || paths.some((path) => testsIn(path).length === 0)) {
    console.error(`Cannot test "${paths.join(" ")}": no *.test.ts file there.`);
    return 1;
  }
  const args = ["--test", "--test-reporter=spec", `--test-timeout=${testLimitMs}`, ...options, ...files];
  // A process group of its own, so that what the tests start can be ended with them.
  const child = spawn(process.execPath, args, { stdio: "inherit", detached: true });
  const group = -(child.pid ?? Number.NaN);
  const ended = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      send(group, "SIGKILL");
      process.exit(1);
    });
  }
  const limit = new AbortController();
  const code = await Promise.race([
    ended,
    setTimeout(timeLimitMs, "late" as const, { signal: limit.signal }),
  ]);
  limit.abort();
  const left = code === "late" || !(await leaves(group));
  const running = left ? testsRunningIn(group) : [];
  if (left) send(group, "SIGKILL");
  if (code === "late") {
    console.error(
      `The tests were ended after ${timeLimitMs / 60_000} minutes. Still running: ${running.join(", ")}.`,
    );
  } else if (left) {
    console.error(
      "The tests left processes running, which were killed: something that they start is never ended.",
    );
  }
  return left ? 1 : code;
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

/** The test files that processes of the group were started for. */
function testsRunningIn(group: number): readonly string[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pgid=,args="], { encoding: "utf8" });
  const lines = (stdout ?? "").split("\n").filter((line) => line.trim().startsWith(`${-group} `));
  // node --test itself names all of them.
  const files = lines
    .filter((line) => !line.includes(" --test "))
    .map((line) => line.trim().split(" ").at(-1) ?? "");
  return files.filter((file) => file.endsWith(".test.ts"));
}

function testsIn(path: string): readonly string[] {
  return path.endsWith(".ts") ? globSync(path) : globSync(`${path}/**/*.test.ts`).sort();
}
