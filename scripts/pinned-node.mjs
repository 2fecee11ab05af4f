// The Node that everything after the install runs on. package.json pins it as
// one optional package a platform, so that the lock file holds the digest of
// each; where there is none, the machine's own Node will do if it is as new.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";

// Where the scripts of package.json find it before any other.
const link = join("node_modules", ".bin", "node");

/** Puts the pinned Node first in the path of npm's scripts. Throws an Error when there is no Node that is new enough. */
export function provideNode() {
  const pinned = JSON.parse(readFileSync("package.json", "utf8")).optionalDependencies;
  const installed = Object.keys(pinned)
    .map((name) => join("node_modules", name, "bin", "node"))
    .find((path) => existsSync(path));
  if (installed !== undefined && starts(installed)) {
    // npm 10 links none of several packages that have the same command, and
    // takes the link away again when it changes anything.
    if (!existsSync(link)) symlinkSync(relative(dirname(link), installed), link);
    return;
  }
  rmSync(link, { force: true });
  const [wanted] = Object.values(pinned);
  if (isAtLeast(process.versions.node, wanted)) return;
  throw new Error(
    `Cannot run on Node ${process.versions.node}: Node ${wanted} is needed, and its package is missing or does not start on this system (${process.platform} ${process.arch}; packages are for macOS and for Linux with glibc, on x64 and arm64). Install Node ${wanted} or newer.`,
  );
}

function starts(path) {
  return process.execPath === realpathSync(path) || spawnSync(path, ["--version"]).status === 0;
}

function isAtLeast(version, wanted) {
  return version.localeCompare(wanted, "en", { numeric: true }) >= 0;
}
