import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the table of languages", () => {
  test("says in words what its data says", () => {
    const { stdout } = spawnSync(process.execPath, ["scripts/languages.ts"], { cwd: root, encoding: "utf8" });
    assert.equal(readFileSync(`${root}/docs/languages.md`, "utf8"), stdout, "npm run languages");
  });

  test("has a row for every example that cancels, and calls no other one observed", () => {
    const { languages } = JSON.parse(readFileSync(`${root}/docs/languages.json`, "utf8"));
    const observed = languages.filter(({ observed }: { readonly observed?: unknown }) => observed);
    assert.deepEqual(
      observed.map(({ example }: { readonly example?: string }) => example).sort(),
      readdirSync(`${root}/examples`).filter((file) => file.startsWith("cancel")),
    );
  });
});
