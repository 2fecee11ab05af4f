// The programs that tests drive and that npm does not bring: a browser, without
// which its tests cannot run, and other servers, whose tests say where they are skipped.
//   node scripts/test-programs.ts browser servers
import { spawnSync } from "node:child_process";
import { downloadBrowser, findBrowser } from "./browser.ts";
import { installPackages, systemEnvironment } from "./debian.ts";

// By the names of Debian's packages, which are those of the programs.
const servers = ["nginx", "haproxy", "caddy", "redis-server"];

const wanted = new Set(process.argv.slice(2));
const packages: string[] = [];
// A browser that the user named is theirs to mend.
if (wanted.has("browser") && !isBrowserThere() && !process.env.HASH_FINDER_CHROMIUM) {
  downloadBrowser();
  if (!isBrowserThere()) packages.push("chromium");
}
if (wanted.has("servers")) packages.push(...servers.filter((name) => !isThere(name)));
await installPackages(packages);
if (wanted.has("browser")) {
  try {
    findBrowser();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

function isThere(program: string): boolean {
  const { error } = spawnSync(program, ["-h"], { stdio: "ignore", env: systemEnvironment });
  return error === undefined;
}

function isBrowserThere(): boolean {
  try {
    findBrowser();
    return true;
  } catch {
    return false;
  }
}
