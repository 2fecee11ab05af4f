import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { builtPage, secured } from "../../server/pages.ts";

const webFolder = fileURLToPath(new URL("../../web", import.meta.url));

/** The page built from its sources as they are, in a folder of its own. */
export interface BuiltPage {
  readonly folder: string;
  remove(): void;
}

/** Builds what people get, or with mode "test" the page of states beside it. */
export async function buildPage(mode: "production" | "test"): Promise<BuiltPage> {
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-page-"));
  await build({ root: webFolder, mode, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** Serves a built page and nothing else, as the server does. `show` puts another in its place. */
export async function serveFolder(
  folder: string,
): Promise<{ url: string; show(folder: string): void; close(): Promise<void> }> {
  let page = builtPage(folder);
  const handler = secured((request, response) => page(request, response), { dev: false, hsts: false });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show(other) {
      page = builtPage(other);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The scripts that a browser loads before it shows the page: those that index.html names, and what they import. */
export function scriptsAtFirst(folder: string): readonly string[] {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const scripts = new Set(Array.from(page.matchAll(/assets\/([\w.-]+\.js)/g), ([, name = ""]) => name));
  // A set hands out what is added while it is walked.
  for (const script of scripts) {
    const code = readFileSync(join(folder, "assets", script), "utf8");
    for (const [, name = ""] of code.matchAll(/\b(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
      scripts.add(name);
  }
  return [...scripts];
}

/** Every script of the build. */
export function allScripts(folder: string): readonly string[] {
  return globSync("*.js", { cwd: join(folder, "assets") });
}
