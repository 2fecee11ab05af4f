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

  test("says each thing in every language of the page, with the same code and codes", () => {
    const { languages } = JSON.parse(readFileSync(`${root}/docs/languages.json`, "utf8"));
    for (const row of languages) {
      for (const field of ["language", "cancel", "sees", "outgoing", "handler"]) {
        const text: string | Readonly<Record<string, string>> = row[field];
        if (typeof text === "string") {
          // Only names and code are the same in all of them.
          assert.match(text, /^(`[^`]+`|[A-Z][a-z#+]*)$/, `${row.library}, ${field}: ${text}`);
          continue;
        }
        assert.deepEqual(Object.keys(text), ["en", "zh-Hans", "ja"], `${row.library}, ${field}`);
        const { en = "", ...others } = text;
        for (const [language, other] of Object.entries(others)) {
          assert.deepEqual(codeIn(other), codeIn(en), `${row.library}, ${field}, ${language}`);
          assert.match(
            other,
            /[\p{Script=Han}\p{Script=Hiragana}]/u,
            `${row.library}, ${field}, ${language}`,
          );
          // Half-width marks belong to English and to code.
          const words = other.replaceAll(/`[^`]*`|[“「][^”」]*[”」]/g, "");
          assert.doesNotMatch(words, /[,;:!?()]|\.(\s|$)/, `${row.library}, ${field}, ${language}`);
        }
      }
    }
  });
});

function codeIn(text: string): readonly string[] {
  return text
    .split("`")
    .filter((_, i) => i % 2 === 1)
    .toSorted();
}
