// The process in which tests meet mutants, one request after the other. Every
// request imports the project's files anew, so nothing of the last one is left
// in them; what hangs on the process itself (timers, sockets, threads) is
// looked for at the end.

import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runSuite, takeSuite } from "./harness.ts";
import type { Ready, RunAnswer, RunRequest, Started, TestRun } from "./messages.ts";
import type { SharedState } from "./shared-state.ts";

const root = new URL("../../", import.meta.url).href;
const harness = new URL("./harness.ts", import.meta.url).href;
const { mutantState: state } = globalThis as unknown as { readonly mutantState: SharedState };
const sources = new Map<string, string>();
const { hrtime } = process;
// A module is never unloaded.
const mostRuns = 400;
const mostBytes = 700 * 2 ** 20;
let runs = 0;
let fail: (test: string, error: unknown) => void = () => {};

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === "node:test" && context.parentURL !== harness) {
      return { url: harness, format: "module-typescript", shortCircuit: true };
    }
    const resolved = nextResolve(specifier, context);
    return isOfProject(resolved.url) ? { ...resolved, url: `${resolved.url}?run=${runs}` } : resolved;
  },
  load(url, context, nextLoad) {
    const [address = ""] = url.split("?");
    // Instrumented files are the preload's.
    if (!address.endsWith(".ts") || !address.startsWith(`${root}tests/`)) return nextLoad(url, context);
    const source = sources.get(address) ?? stripTypeScriptTypes(readFileSync(fileURLToPath(address), "utf8"));
    sources.set(address, source);
    return { format: "module", source, shortCircuit: true };
  },
});

function isOfProject(url: string): boolean {
  if (!url.startsWith(root) || url.includes("?")) return false;
  const path = url.slice(root.length);
  return !/^(node_modules|proto\/gen|tests\/mutate)\//.test(path);
}

for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => fail(event, error));
}
// Nothing is left that could ever end the test that runs.
process.on("beforeExit", () => fail("", new Error("the test waits for what never comes")));

async function answerTo({ file, tests, mutant }: RunRequest): Promise<void> {
  runs++;
  let red: RunAnswer["red"];
  let hasAnswered = false;
  const done: TestRun[] = [];
  const reds: string[] = [];
  const always = new Map<number, Map<number, number>>();
  const began = nowMs();
  let testMs = 0;
  let testBegan = 0;
  let running = "";
  const outside = (): void => {
    for (const [index, counts] of state.takeReached().entries()) {
      const sums = always.get(index) ?? new Map<number, number>();
      for (const [number, count] of counts) sums.set(number, (sums.get(number) ?? 0) + count);
      always.set(index, sums);
    }
  };
  const answer = (): void => {
    if (hasAnswered) return;
    hasAnswered = true;
    outside();
    const reached = [...always.values()].map((counts) => [...counts]);
    const aroundMs = nowMs() - began - testMs;
    const answer: RunAnswer = {
      type: "answer",
      red,
      reds,
      tests: mutant ? [] : done,
      always: mutant ? [] : reached,
      aroundMs,
    };
    process.send?.(answer);
  };
  fail = (test, error) => {
    red ??= { test: test || running, message: messageOf(error) };
    answer();
  };
  state.takeReached();
  if (mutant) state.activate(mutant.file, mutant.number, mutant.limit);
  const before = resources();
  try {
    await import(`${pathToFileURL(file).href}?run=${runs}`);
    await runSuite(takeSuite(), {
      wants: (name) => tests === undefined || tests.includes(name),
      started(name) {
        outside();
        running = name;
        process.send?.({ type: "started", test: name } satisfies Started);
        testBegan = nowMs();
      },
      ended(name, isGreen) {
        const ms = nowMs() - testBegan;
        testMs += ms;
        const reached = state.takeReached();
        if (isGreen) done.push({ name, ms, reached });
        running = "";
      },
      failed(name, error) {
        if (mutant === undefined && tests === undefined) {
          reds.push(name);
          return false;
        }
        fail(name, error);
        return true;
      },
    });
  } catch (error) {
    takeSuite();
    fail("import", error);
  }
  answer();
  state.deactivate();
  let left = resources() - before;
  for (let turns = 0; turns < 20 && left > 0; turns++) {
    await new Promise(setImmediate);
    left = resources() - before;
  }
  const isClean = left <= 0 && runs < mostRuns && process.memoryUsage.rss() < mostBytes;
  process.send?.({ type: "ready", isClean } satisfies Ready);
}

function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => name !== "Immediate").length;
}

function nowMs(): number {
  return Number(hrtime.bigint()) / 1e6;
}

function messageOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).slice(0, 200);
}

process.once("disconnect", () => process.exit());
process.on("message", (request: RunRequest) => {
  process.channel?.unref();
  void answerTo(request).finally(() => process.channel?.ref());
});
process.send?.({ type: "ready", isClean: true } satisfies Ready);
