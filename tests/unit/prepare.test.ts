import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

const name = `node-${process.platform}-${process.arch}`;
const link = "node_modules/.bin/node";

test("the pinned Node is what npm's scripts find, whether or not npm has linked it", (t) => {
  const checkout = checkoutOf(t, process.versions.node);
  addNode(checkout, (path) => symlinkSync(process.execPath, path));
  assert.deepEqual(prepare(checkout), [0, ""]);
  assert.equal(readlinkSync(join(checkout, link)), `../${name}/bin/node`);
  assert.deepEqual(prepare(checkout), [0, ""]);
});

test("without a package of Node, the machine's own is used from the pinned version on", (t) => {
  assert.deepEqual(prepare(checkoutOf(t, process.versions.node)), [0, ""]);
  assert.deepEqual(prepare(checkoutOf(t, "26.2.0")), [0, ""]);
  const [status, said] = prepare(checkoutOf(t, "99.1.0"));
  assert.equal(status, 1);
  assert.match(
    said,
    new RegExp(`^Cannot run on Node ${process.versions.node}: .*Install Node 99\\.1\\.0 or newer\\.\n$`),
  );
});

test("a pinned Node that does not start here makes way for the machine's own", (t) => {
  const checkout = checkoutOf(t, process.versions.node);
  addNode(checkout, (path) => writeFileSync(path, "#!/nowhere/ld-linux\n", { mode: 0o755 }));
  symlinkSync(`../${name}/bin/node`, join(checkout, link));
  assert.deepEqual(prepare(checkout), [0, ""]);
  assert.equal(existsSync(join(checkout, link)), false);
});

test("Windows is refused, with the way out", (t) => {
  const windows = 'data:text/javascript,Object.defineProperty(process,"platform",{value:"win32"})';
  assert.deepEqual(prepare(checkoutOf(t, process.versions.node), `--import=${windows}`), [
    1,
    "Cannot run on Windows: the commands of this project need a Unix shell. Run them in WSL (https://learn.microsoft.com/windows/wsl/install).\n",
  ]);
});

test("npm that does not start is named", (t) => {
  const checkout = checkoutOf(t, process.versions.node);
  rmSync(join(checkout, "node_modules"), { recursive: true });
  assert.deepEqual(prepare(checkout), [1, "Cannot install the dependencies: npm does not start (ENOENT).\n"]);
});

/** A checkout in which npm has installed all that its lock file names, which is nothing. */
function checkoutOf(t: TestContext, pinned: string): string {
  const checkout = mkdtempSync(join(tmpdir(), "prepare-"));
  t.after(() => rmSync(checkout, { recursive: true }));
  cpSync("scripts", join(checkout, "scripts"), { recursive: true });
  mkdirSync(join(checkout, "node_modules/.bin"), { recursive: true });
  const lock = JSON.stringify({ packages: { "": {} } });
  for (const file of ["package-lock.json", "node_modules/.package-lock.json"]) {
    writeFileSync(join(checkout, file), lock);
  }
  writeFileSync(join(checkout, "package.json"), JSON.stringify({ optionalDependencies: { [name]: pinned } }));
  return checkout;
}

function addNode(checkout: string, write: (path: string) => void): void {
  const folder = join(checkout, "node_modules", name, "bin");
  mkdirSync(folder, { recursive: true });
  write(join(folder, "node"));
}

/** @returns the exit code, and what was said on standard error */
function prepare(checkout: string, ...options: readonly string[]): [status: number | null, said: string] {
  const { status, stderr } = spawnSync(
    process.execPath,
    [...options, join(checkout, "scripts/prepare.mjs")],
    {
      encoding: "utf8",
      // No npm in the path: nothing is installed from here.
      env: { ...process.env, PATH: "/nowhere" },
    },
  );
  return [status, stderr];
}
