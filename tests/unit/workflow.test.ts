import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readYaml, withoutYaml } from "../support/yaml.ts";

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly "runs-on": string; readonly steps: readonly { readonly run?: string }[] }>
  >;
}

test("the workflow runs .ci/run on Linux, asks for known weaknesses, and runs what needs no browser on macOS", {
  skip: withoutYaml,
}, () => {
  const [{ jobs }] = readYaml(readFileSync(".github/workflows/ci.yml", "utf8")) as [Workflow];
  const commands = Object.values(jobs).map(({ "runs-on": system, steps }) => [
    system,
    ...steps.flatMap(({ run }) => run ?? []).filter((run) => /^(npm|\.ci)/.test(run)),
  ]);
  assert.deepEqual(commands, [
    ["ubuntu-latest", ".ci/run"],
    ["ubuntu-latest", "npm audit --package-lock-only"],
    ["macos-latest", "npm ci --ignore-scripts", "npm run check", "npm run test:unit", "npm run test:rpc"],
  ]);
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const script of ["check", "test:unit", "test:rpc"]) assert.ok(script in scripts, script);
});
