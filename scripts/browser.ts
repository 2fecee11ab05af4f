// The Chromium that the browser tests and the benches drive: named by the
// user, else the system's, else Playwright's own. `npm test` adds one where none
// is found (test-programs.ts).
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

export interface Browser {
  readonly path: string;
  /** As it names itself: "Chromium 156.0.8078.79 …". */
  readonly version: string;
}

const systemPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const playwright = fileURLToPath(new URL("../node_modules/@playwright/test/cli.js", import.meta.url));

/** Flags for a Chromium that only tests: no sandbox where root cannot have one, and no traffic of its own. */
export const browserFlags: readonly string[] = [
  ...(isRoot() ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser to use. Throws an Error whose message says what to do when there is none. */
export function findBrowser(): Browser {
  const named = process.env.HASH_FINDER_CHROMIUM;
  const broken: string[] = [];
  // A browser that the user named is the one they want, or an error.
  for (const path of named ? [named] : [...systemPaths, chromium.executablePath()]) {
    if (!named && !existsSync(path)) continue;
    const found = start(path);
    if ("version" in found) return found;
    broken.push(`${path} does not start: ${found.failure}`);
  }
  if (named) throw new Error(`Cannot use HASH_FINDER_CHROMIUM: ${broken[0]}. Name a Chromium, or unset it.`);
  const seen = broken.length > 0 ? ` (${broken.join("; ")})` : "";
  throw new Error(
    `Cannot find a Chromium for the browser tests${seen}. Install Chromium or Chrome, run "npx playwright install --with-deps chromium", or name one in HASH_FINDER_CHROMIUM.`,
  );
}

// A browser may be there and lack shared libraries, or be a stub that asks for
// another package; only starting it tells.
function start(path: string): Browser | { readonly failure: string } {
  const { status, error, stdout, stderr } = spawnSync(path, ["--version"], {
    encoding: "utf8",
    timeout: 20_000,
  });
  if (status === 0) return { path, version: stdout.trim() };
  return { failure: error?.message ?? stderr.trim().split("\n").at(-1) ?? `exit code ${status}` };
}

/** Fetches Playwright's own Chromium, where its server can be reached: whether it helped, findBrowser tells. */
export function downloadBrowser(): void {
  console.log("Downloading a Chromium for the browser tests…");
  // On a closed network a connection may hang instead of failing; Playwright
  // tries several times.
  spawnSync(process.execPath, [playwright, "install", "--no-shell", "chromium"], {
    stdio: "ignore",
    timeout: 5 * 60_000,
    env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "10000" },
  });
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
