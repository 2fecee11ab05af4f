import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { binaryOnly, jsonFormat, withoutBodies } from "../../web/binary-only.ts";

const protobuf = import.meta.resolve("@bufbuild/protobuf");

for (const name of ["from-json.js", "to-json.js"]) {
  test(`the page has every function of protobuf's ${name}, and each says that it is not there`, async () => {
    const { href } = new URL(name, protobuf);
    assert.match(href, jsonFormat);
    const stub = withoutBodies(readFileSync(fileURLToPath(href), "utf8"));
    const stubbed: Record<string, () => void> = await import(
      `data:text/javascript,${encodeURIComponent(stub)}`
    );
    assert.deepEqual(Object.keys(stubbed), Object.keys(await import(href)));
    for (const [name, call] of Object.entries(stubbed))
      assert.throws(call, new Error(`${name} is not part of this page: it speaks the binary format only`));
  });
}

test("a file of protobuf that exports more than functions fails the build", () => {
  const code = "export function toJson() {}\nexport const more = 1;";
  assert.throws(() => withoutBodies(code), /"export const more = 1;" is no function/);
});

test("a build that does not meet protobuf's files fails", async () => {
  const root = mkdtempSync(join(tmpdir(), "binary-only-"));
  try {
    writeFileSync(join(root, "index.html"), "<p>No protobuf here</p>");
    const building = build({ root, configFile: false, logLevel: "silent", plugins: [binaryOnly()] });
    await assert.rejects(building, /0 of its 2 files were found/);
  } finally {
    rmSync(root, { recursive: true });
  }
});
