import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReachedBy, Step } from "./coverage.ts";
import { activeVariable, manifestVariable, type Reached, reachedVariable } from "./shared-state.ts";

const preload = new URL("./preload.ts", import.meta.url).href;

/**
 * Runs a test file as a process of its own, for tests that start servers: they
 * and theirs all see the mutant, through the environment.
 */
async function run(test: string, manifest: string, more: Record<string, string>, limitMs: number) {
  const child = spawn(process.execPath, [test], {
    env: { ...process.env, ...more, [manifestVariable]: manifest, NODE_OPTIONS: `--import=${preload}` },
    stdio: "ignore",
    detached: true,
  });
  const end = (): void => {
    try {
      // With all that it has started.
      process.kill(-(child.pid ?? Number.NaN), "SIGKILL");
    } catch {
      // All of them have ended.
    }
  };
  process.once("exit", end);
  const timer = setTimeout(end, limitMs);
  const [code] = (await once(child, "exit")) as [number | null];
  clearTimeout(timer);
  process.off("exit", end);
  end();
  return code;
}

/** Whether the test file goes red with the mutant. */
export async function isRedAlone(
  step: Step,
  mutant: { readonly file: number; readonly number: number },
  manifest: string,
): Promise<boolean> {
  const active = { [activeVariable]: `${mutant.file}:${mutant.number}` };
  return (await run(step.test, manifest, active, 5000 + 3 * step.ms)) !== 0;
}

/** What the test file and the processes that it starts reach. Undefined when it is red by itself. */
export async function reachedAlone(test: string, manifest: string): Promise<ReachedBy | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "reached-"));
  try {
    const began = performance.now();
    if ((await run(test, manifest, { [reachedVariable]: folder }, 120_000)) !== 0) return undefined;
    const aroundMs = performance.now() - began;
    const parts = readdirSync(folder).map(
      (name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Reached,
    );
    // A process has its own counts of the same files.
    const always = (parts[0] ?? []).map((_, file) => parts.flatMap((part) => part[file] ?? []));
    return { tests: [], reds: [], always, aroundMs };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
