// Loaded before everything else, in every thread and process that runs tests on
// mutants: hands out the instrumented sources instead of the files.
import { readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import {
  activeVariable,
  type InstrumentedFile,
  manifestVariable,
  reachedVariable,
  SharedState,
} from "./shared-state.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files: readonly InstrumentedFile[] = JSON.parse(
  readFileSync(process.env[manifestVariable] ?? "", "utf8"),
);
const byUrl = new Map(files.map((file, index) => [pathToFileURL(join(root, file.path)).href, index]));
const state = new SharedState(files);
const sources = new Map<string, string>();

Object.assign(globalThis, {
  // Called by the first line of each instrumented file.
  mutantsOf: (file: number) => state.switchesOf(file),
  mutantState: state,
});

registerHooks({
  load(url, context, nextLoad) {
    const [address = ""] = url.split("?");
    const index = byUrl.get(address);
    const file = index === undefined ? undefined : files[index];
    if (file === undefined) return nextLoad(url, context);
    const source = sources.get(address) ?? readFileSync(file.js, "utf8");
    sources.set(address, source);
    return {
      format: "module",
      shortCircuit: true,
      source: `const { isActive: stryMutAct_9fa48, reach: stryCov_9fa48 } = mutantsOf(${index});\n${source}`,
    };
  },
});

const { [activeVariable]: active, [reachedVariable]: reached } = process.env;
if (isMainThread && active !== undefined) {
  const [file = -1, mutant = -1] = active.split(":").map(Number);
  state.activate(file, mutant, 2 ** 31 - 1);
}
if (isMainThread && reached !== undefined) {
  process.on("exit", () =>
    writeFileSync(join(reached, `${process.pid}.json`), JSON.stringify(state.takeReached())),
  );
}
