import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { allScripts, buildPage, scriptsAtFirst } from "../support/built-page.ts";

const budgetBytes = 65_000;
const page = await buildPage("production");
after(() => page.remove());

test("the scripts that are loaded at first have at most 65 kB gzip", (t) => {
  const scripts = scriptsAtFirst(page.folder);
  const bytes = scripts.reduce(
    (sum, script) => sum + gzipSync(readFileSync(join(page.folder, "assets", script))).length,
    0,
  );
  t.diagnostic(`${bytes} bytes in ${scripts.length} files`);
  assert.ok(scripts.length > 0);
  assert.ok(bytes <= budgetBytes, `${bytes} bytes are more than ${budgetBytes}`);
});

test("languages other than English are not among them", () => {
  const first = scriptsAtFirst(page.folder);
  for (const language of ["zh", "ja"]) {
    const script = allScripts(page.folder).find((name) => name.startsWith(`${language}-`));
    assert.ok(script !== undefined, `a script of its own for ${language}`);
    assert.ok(!first.includes(script), script);
  }
});

test("the page of states is not part of what people get", () => {
  assert.deepEqual(
    allScripts(page.folder).filter((name) => name.startsWith("states")),
    [],
  );
});
