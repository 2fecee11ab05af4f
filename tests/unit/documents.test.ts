import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { help } from "../../server/config.ts";

const { version, scripts } = JSON.parse(readFileSync("package.json", "utf8"));
const documents = globSync("{*,docs/*,deploy/*,examples/*,server/**/*}.md");

test("every npm script that the documents name is there", () => {
  const unknown = documents.flatMap((document) => {
    const named = readFileSync(document, "utf8").matchAll(
      /\bnpm (?:run (?:--silent )?([\w:]+)|(start|test)\b)/g,
    );
    const names = Array.from(named, ([, script, short]) => script ?? short ?? "");
    return names.filter((name) => !(name in scripts)).map((name) => [document, name]);
  });
  assert.deepEqual(unknown, []);
});

test("docs/server.md has every flag of the server, and no other", () => {
  const flagsIn = (text: string, pattern: RegExp) =>
    new Set(Array.from(text.matchAll(pattern), ([, flag = ""]) => flag));
  const known = flagsIn(help(), /^ {2}(--[a-z-]+)/gm);
  known.delete("--help");
  const rows = readFileSync("docs/server.md", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const told = flagsIn(rows.map((row) => row.split(" | ")[0]).join("\n"), /`(--[a-z-]+)`/g);
  assert.ok(known.size > 20);
  assert.deepEqual([...told].sort(), [...known].sort());
});

test("the version is that of package.json wherever it is shown", () => {
  const { packages, version: locked } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  assert.deepEqual([locked, packages[""].version], [version, version]);
  const files = globSync("deploy/**/*", { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const file = `${parentPath}/${name}`;
    for (const [image, tag] of readFileSync(file, "utf8").matchAll(/hash-finder:(\d[\w.-]*)/g)) {
      assert.equal(tag, version, `${file}: ${image}`);
    }
  }
  assert.equal(/^## (\S+)/m.exec(readFileSync("CHANGELOG.md", "utf8"))?.[1], version);
});

test(".editorconfig says what biome.json does", () => {
  const { formatter } = JSON.parse(readFileSync("biome.json", "utf8"));
  const common = readFileSync(".editorconfig", "utf8").split("\n\n")[1] ?? "";
  const said = Object.fromEntries(
    Array.from(common.matchAll(/^(\w+) = (.*)$/gm), ([, key, value]) => [key, value]),
  );
  assert.deepEqual(
    [said.indent_style, said.indent_size, said.max_line_length, said.end_of_line],
    [formatter.indentStyle, String(formatter.indentWidth ?? 2), String(formatter.lineWidth), "lf"],
  );
});
