import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { allScripts, buildPage, scriptsAtFirst } from "../support/built-page.ts";

const budgetBytes = 65_000;
const page = await buildPage("production");
after(() => page.remove());

test("what is loaded at first is one script of at most 65 kB gzip", (t) => {
  const scripts = scriptsAtFirst(page.folder);
  const bytes = scripts.reduce(
    (sum, script) => sum + gzipSync(readFileSync(join(page.folder, "assets", script))).length,
    0,
  );
  t.diagnostic(`${bytes} bytes`);
  assert.equal(scripts.length, 1, "one script compresses better than several");
  assert.ok(bytes <= budgetBytes, `${bytes} bytes are more than ${budgetBytes}`);
});

test("languages other than English, the proof of a Stop, the history, the keyed streams, the list of keys, the check of a match, the guide and the exports are not among them", () => {
  const first = scriptsAtFirst(page.folder);
  const parts = [
    "zh",
    "ja",
    "search-proof",
    "open-history",
    "stream-places",
    "open-shortcuts",
    "match-room",
    "guide-room",
    "export",
  ];
  // The curve of the rate, and what hashes where the browser does not.
  for (const later of [...parts, "sparkline", "legacy"]) {
    const scripts = allScripts(page.folder).filter((name) => name.startsWith(`${later}-`));
    assert.ok(scripts.length > 0, `a script of its own for ${later}`);
    for (const script of scripts) assert.ok(!first.includes(script), script);
  }
});

test("the page of states is not part of what people get", () => {
  assert.deepEqual(
    allScripts(page.folder).filter((name) => name.startsWith("states")),
    [],
  );
});
