// Brings a checkout to the point where a command can run: dependencies, and as
// asked the built page and the programs of the tests. Plain JavaScript without
// packages, because it runs before they are there and on whatever Node the
// machine has; what it starts after the install runs on the pinned one.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exclusively } from "./exclusively.mjs";
import { provideNode } from "./pinned-node.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules", ".bin");
// npm writes this when an install has succeeded, never before.
const installedLock = "node_modules/.package-lock.json";
const builtFrom = "node_modules/.page-built-from";

try {
  if (process.platform === "win32") {
    throw new Error(
      "Cannot run on Windows: the commands of this project need a Unix shell. Run them in WSL (https://learn.microsoft.com/windows/wsl/install).",
    );
  }
  process.chdir(root);
  const wanted = new Set(process.argv.slice(2));
  exclusively(root, () => {
    if (!isInstalled()) install();
    provideNode();
    if (wanted.has("page") && !isPageBuilt()) buildPage();
  });
  const programs = ["browser", "servers"].filter((name) => wanted.has(name));
  if (programs.length > 0) installPrograms(programs);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** Whether node_modules is what package-lock.json asks for, by npm's own note of what it installed. */
function isInstalled() {
  if (!existsSync(installedLock)) return false;
  const installed = packagesIn(installedLock);
  return Object.entries(packagesIn("package-lock.json")).every(([path, { version, optional }]) => {
    if (path === "") return true;
    return path in installed ? installed[path].version === version : optional;
  });
}

function install() {
  console.log("Installing dependencies…");
  // No package's install script is needed: what they would fetch is in the
  // lock file. `--loglevel=error` keeps back the EBADENGINE warnings of an
  // older Node, which runs none of these packages. NODE_ENV=production must
  // not leave out the tools. npm itself runs on the machine's Node, as it
  // replaces the pinned one.
  const options = [
    "--ignore-scripts",
    "--include=dev",
    "--include=optional",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const { status, error, stderr } = spawnSync("npm", ["ci", ...options], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    env: { ...process.env, PATH: searchPath().join(delimiter) },
  });
  if (error !== undefined)
    throw new Error(`Cannot install the dependencies: npm does not start (${error.code}).`);
  if (status !== 0) {
    const reason = reasonIn(stderr);
    throw new Error(`Cannot install the dependencies: ${reason}. Run "npm ci" to see all that npm says.`);
  }
}

/** Whether web/dist was built from the sources as they are, so that a server that serves it is not disturbed. */
function isPageBuilt() {
  return (
    existsSync("web/dist/index.html") &&
    existsSync(builtFrom) &&
    readFileSync(builtFrom, "utf8") === sources()
  );
}

function buildPage() {
  const before = sources();
  rmSync(builtFrom, { force: true });
  const { status, stderr } = runTool("vite", ["build", "web", "--logLevel=warn"], "pipe");
  // Vite's own stack says nothing about the page.
  if (stderr) console.error(stderr.split("\n    at ")[0].trim());
  if (status !== 0) throw new Error("Cannot build the page: Vite's reason is above.");
  writeFileSync(builtFrom, before);
}

/** A digest of what the page is built from: the name, size and time of change of every file, and its public address. */
function sources() {
  const digest = createHash("sha256");
  const add = (path) => {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined || path === join("web", "dist")) return;
    if (status.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else digest.update(`${path} ${status.size} ${status.mtimeMs}\n`);
  };
  for (const path of ["web", "client", "proto", "docs/languages.json", "package-lock.json", "tsconfig.json"])
    add(path);
  digest.update(process.env.HASH_FINDER_PUBLIC_URL ?? "");
  return digest.digest("hex");
}

function installPrograms(programs) {
  // It says why when it fails.
  const { status } = runTool("node", ["scripts/test-programs.ts", ...programs], "inherit");
  if (status !== 0) process.exitCode = 1;
}

/** Runs a command of node_modules, on the pinned Node. */
function runTool(command, args, stderr) {
  return spawnSync(command, args, {
    stdio: ["ignore", "inherit", stderr],
    encoding: "utf8",
    env: { ...process.env, PATH: [binaries, ...searchPath()].join(delimiter) },
  });
}

function searchPath() {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== binaries);
}

function packagesIn(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

/** The first line in which npm says what happened, rather than a code or a place. */
function reasonIn(stderr) {
  const lines = stderr.split("\n").map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim());
  return (lines.find((line) => line.split(" ").length > 3) ?? "npm failed").replace(/\.$/, "");
}
