import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const documents = globSync(["*.md", "docs/*.md", "examples/*.md", "deploy/*.md", "server/**/*.md"], {
  cwd: root,
});

describe("the documents", () => {
  test("link to files and headings that are there", () => {
    const dead = documents.flatMap((document) =>
      linksIn(document).filter(({ file, heading }) => {
        if (!existsSync(join(root, file))) return true;
        return heading !== undefined && !headingsIn(file).includes(heading);
      }),
    );
    assert.deepEqual(dead, []);
  });

  test("name files and folders that are there", () => {
    const named = documents.flatMap((document) => pathsIn(document).map((path) => ({ document, path })));
    assert.ok(named.length > 100, `only ${named.length} files and folders are named`);
    assert.deepEqual(
      named.filter(({ document, path }) => {
        // `engine/interrupt.ts` is one of the server's.
        const starts = [".", "server", "web/src", dirname(document)];
        return globSync(starts.map((start) => join(root, start, path))).length === 0;
      }),
      [],
    );
  });

  test("name tests that are there", () => {
    const named = documents.flatMap((document) =>
      linksIn(document).flatMap(({ file, names }) => names.map((name) => ({ document, file, name }))),
    );
    assert.ok(named.length > 40, `only ${named.length} tests are named`);
    assert.deepEqual(
      named.filter(({ file, name }) => !titlesIn(file).some((title) => title.test(name))),
      [],
    );
  });
});

/** What stands in backticks and looks like a path of the project, wildcards included. */
function pathsIn(document: string): string[] {
  const words = readFileSync(join(root, document), "utf8").replaceAll(/```.*?```/gs, "");
  return Array.from(words.matchAll(/`(\.?[a-z-]+(?:\/[\w.*-]+)+)\/?`/g), ([, path = ""]) => path);
}

interface Link {
  readonly file: string;
  readonly heading: string | undefined;
  /** Of tests in the file: [file](path), "name", "name". */
  readonly names: readonly string[];
}

function linksIn(document: string): Link[] {
  const words = readFileSync(join(root, document), "utf8").replaceAll(/```.*?```|`[^`\n]*`/gs, "");
  const links = words.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)((?:, "[^"]+")*)/g);
  const pictures = words.matchAll(/ src="(?!\w+:)([^"]+)"/g);
  const fileOf = (path: string): string => normalize(join(dirname(document), path));
  return [
    ...Array.from(links, ([, path, heading, names = ""]) => ({
      file: path ? fileOf(path) : document,
      heading,
      names: Array.from(names.matchAll(/"([^"]+)"/g), ([, name = ""]) => name),
    })),
    ...Array.from(pictures, ([, path = ""]) => ({ file: fileOf(path), heading: undefined, names: [] })),
  ];
}

/** As GitHub makes anchors of them. */
function headingsIn(file: string): string[] {
  const headings = readFileSync(join(root, file), "utf8").matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, words = ""]) =>
    words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** What is computed in a test's name may be anything. */
function titlesIn(file: string): RegExp[] {
  const calls = readFileSync(join(root, file), "utf8").matchAll(
    /\btest(?:\.skip)?\(\s*(?:"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)|\bconst name = `([^`]*)`/g,
  );
  return [...calls].map(([, plain, template, constant]) => {
    const parts = (plain ?? template ?? constant ?? "").split(/\$\{[^}]*\}/);
    return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join(".*")}$`, "u");
  });
}
