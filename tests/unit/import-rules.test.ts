import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));

// A project that keeps every rule.
const kept = {
  "server/main.ts": 'import "./app.ts";',
  "server/app.ts": 'import "./rpc/services.ts"; import "./edge/handler.ts"; import "node:http";',
  "server/edge/handler.ts": 'import "@connectrpc/connect";',
  "server/rpc/services.ts": 'import "../search/search.ts"; import "@connectrpc/connect";',
  "server/search/search.ts": 'import "../engine/engine.ts";',
  "server/engine/engine.ts": 'import "../kernel/scan.ts"; import "node:worker_threads";',
  "server/kernel/scan.ts": 'import "./sha1.ts";',
  "server/kernel/sha1.ts": "",
  "proto/rules.ts": "",
  "web/src/main.tsx": 'import "./ui/app.tsx";',
  "web/src/ui/app.tsx":
    'import "../store/store.ts"; import "../words/en.ts"; import "./form/search-form.tsx";',
  "web/src/ui/form/search-form.tsx": "",
  "web/src/store/store.ts": 'import "../session/call.ts";',
  "web/src/session/call.ts": 'import "../api/clients.ts"; import "../../../proto/rules.ts";',
  "web/src/api/clients.ts": "",
  "web/src/words/en.ts": "",
} as const;

type File = keyof typeof kept;

// Each line breaks one rule: the file, what it imports besides, and the rule that says so.
const broken: readonly (readonly [file: File, imported: string, rule: string])[] = [
  ["server/kernel/sha1.ts", "node:worker_threads", "server/kernel"],
  ["server/kernel/scan.ts", "../engine/engine.ts", "server/kernel"],
  ["server/engine/engine.ts", "../search/search.ts", "server/engine"],
  ["server/search/search.ts", "@connectrpc/connect/protocol", "server/search"],
  ["server/search/search.ts", "../rpc/services.ts", "server/search"],
  ["server/edge/handler.ts", "../rpc/services.ts", "server/edge"],
  ["server/rpc/services.ts", "../app.ts", "server/rpc"],
  ["server/rpc/services.ts", "../engine/engine.ts", "server/rpc"],
  ["server/app.ts", "../web/src/words/en.ts", "server"],
  ["server/app.ts", "fast-check", "server"],
  ["proto/rules.ts", "../server/kernel/sha1.ts", "proto"],
  ["web/src/words/en.ts", "../ui/app.tsx", "web/src/words"],
  ["web/src/ui/form/search-form.tsx", "../streams/key-pad.tsx", "web/src/ui/form"],
  ["web/src/ui/form/search-form.tsx", "../app.tsx", "web/src/ui/form"],
  ["web/src/session/call.ts", "../store/store.ts", "web/src/session"],
  ["web/src/api/clients.ts", "node:buffer", "web/src/api"],
  ["web/src/store/store.ts", "../../../server/kernel/sha1.ts", "web/src/store"],
  ["server/kernel/scan.ts", "./gone.ts", "server/kernel"],
];

const project = mkdtempSync(join(tmpdir(), "imports-"));
symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
after(() => rmSync(project, { recursive: true }));

test("a project that keeps the import rules passes", async () => {
  assert.deepEqual(await brokenRules(kept), []);
});

test("what breaks a rule is named, with the rule", async () => {
  const files: Record<string, string> = { ...kept };
  for (const [file, imported] of broken) files[file] += `\nimport type {} from "${imported}";`;
  // Node's modules are told without their prefix.
  const named = broken.map(([file, imported, rule]) => `${file}, ${imported.replace("node:", "")}: ${rule}`);
  assert.deepEqual(await brokenRules(files), named.toSorted());
});

test("a file that needs itself by way of others is named", async () => {
  const files = { ...kept, "server/kernel/sha1.ts": 'import "./scan.ts";' };
  assert.deepEqual(await brokenRules(files), ["server/kernel/scan.ts, ./sha1.ts: cycle"]);
});

test("a new folder is closed until it is listed, to others and for itself", async () => {
  const rules = await brokenRules({
    ...kept,
    "server/app.ts": `${kept["server/app.ts"]}\nimport "./extra/extra.ts";`,
    "server/extra/extra.ts": 'import "../kernel/sha1.ts";',
  });
  assert.deepEqual(rules, [
    "server/app.ts, ./extra/extra.ts: server",
    "server/extra/extra.ts, ../kernel/sha1.ts: unlisted folder",
  ]);
});

test("a file that nothing imports is named", async () => {
  assert.deepEqual(await brokenRules({ ...kept, "server/kernel/left.ts": "", "extra/left.ts": "" }), [
    "extra/left.ts: unused file",
    "server/kernel/left.ts: unused file",
  ]);
});

/** What `npm run check:imports` says of a project of these files: "file, import: rule" each. */
async function brokenRules(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const folder of ["server", "proto", "web", "extra"])
    rmSync(join(project, folder), { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(project, dirname(file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
  const checker = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const args = [checker, "--config", join(root, "imports.config.ts"), "--output-type", "json", "."];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: project });
  const { violations } = JSON.parse(stdout).summary as {
    violations: { from: string; unresolvedTo?: string; rule: { name: string } }[];
  };
  return violations
    .map(({ from, unresolvedTo, rule }) => `${[from, unresolvedTo].filter(Boolean).join(", ")}: ${rule.name}`)
    .toSorted();
}
