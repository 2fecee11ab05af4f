import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../cli/ending.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const noPinnedNode = !existsSync("node_modules/.bin/node") && "no Node is pinned for this system";

test("the command runs on the pinned Node, through links and whatever Node is first in the path", {
  skip: noPinnedNode,
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-bin-"));
  t.after(() => rmSync(folder, { recursive: true }));
  // As npm links a package's command: by way of the linked package.
  symlinkSync(resolve("."), join(folder, "package"));
  symlinkSync("package/cli/hash-finder", join(folder, "hash-finder"));
  writeFileSync(join(folder, "node"), "#!/bin/sh\necho an old Node >&2\nexit 9\n");
  chmodSync(join(folder, "node"), 0o755);
  const { status, stdout, stderr } = spawnSync(join(folder, "hash-finder"), ["--version"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  });
  assert.deepEqual([status, stdout, stderr], [0, `${version}\n`, ""]);
});

test("the command that package.json names is there", () => {
  const { bin } = JSON.parse(readFileSync("package.json", "utf8"));
  assert.deepEqual(bin, { "hash-finder": "cli/hash-finder" });
});

test("--help and docs/find.md say what each exit code means", () => {
  const { stdout } = spawnSync(process.execPath, ["cli/main.ts", "--help"], { encoding: "utf8" });
  const guide = readFileSync("docs/find.md", "utf8");
  for (const [code, means] of Object.entries(exitCodes)) {
    assert.match(stdout, new RegExp(`^ +${code} +${means.replaceAll(/[()]/g, "\\$&")}$`, "m"));
    assert.ok(guide.includes(`| ${code} | ${means} |`), `docs/find.md has not: | ${code} | ${means} |`);
  }
});

test("docs/find.md says what each flag does", () => {
  const { stdout } = spawnSync(process.execPath, ["cli/main.ts", "--help"], { encoding: "utf8" });
  const flags = Array.from(stdout.matchAll(/^ {2}(--[a-z-]+)/gm), ([, flag = ""]) => flag);
  const guide = readFileSync("docs/find.md", "utf8");
  assert.ok(flags.length > 8);
  assert.deepEqual(
    flags.filter((flag) => !guide.includes(`| \`${flag}`)),
    [],
  );
});
