import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { build, type Rolldown } from "vite";
import { plainImports } from "../../web/plain-imports.ts";

/** Builds a page whose script loads another one later. */
async function built(later: string): Promise<Rolldown.RolldownOutput> {
  const root = mkdtempSync(join(tmpdir(), "plain-imports-"));
  try {
    writeFileSync(join(root, "index.html"), `<script type="module" src="/main.js"></script>`);
    writeFileSync(join(root, "main.js"), `import("./later.js").then(({ say }) => say());`);
    writeFileSync(join(root, "later.js"), later);
    writeFileSync(join(root, "later.css"), "p { color: red; }");
    const plugins = [plainImports()];
    return (await build({
      root,
      configFile: false,
      logLevel: "silent",
      build: { write: false, modulePreload: { polyfill: false } },
      plugins,
    })) as Rolldown.RolldownOutput;
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("what is loaded later is loaded without Vite's helper", async () => {
  const { output } = await built(`export const say = () => console.log("Here I am.");`);
  const scripts = output.flatMap((file) => (file.type === "chunk" ? [file.code] : []));
  assert.equal(scripts.length, 2);
  assert.ok(scripts.some((code) => /import\(/.test(code)));
  for (const code of scripts) assert.doesNotMatch(code, /createElement|modulepreload/);
});

test("a part with styles of its own fails the build, because nothing would load them", async () => {
  await assert.rejects(
    built(`import "./later.css"; export const say = () => {};`),
    /Cannot load assets\/later-.+\.js with a plain import: it has styles of its own/,
  );
});
