import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Plugin, transformWithOxc } from "vite";
import { afterBuild, filesBelow } from "./built-files.ts";

const source = join(import.meta.dirname, "src/offline/worker.ts");
const fileName = "offline.js";

// What only others than the page ask for: the system at the installation, and sites that link here.
const notNeeded = /\.png$|^\/manifest\.webmanifest$|^\/states\.html$|\.(br|gz)$/;

/** Writes the page's service worker beside the built files, with what it keeps of them. */
export function offlineWorker(): Plugin {
  return afterBuild({
    name: "offline-worker",
    // Before the files are compressed.
    order: "pre",
    async handle(folder) {
      writeFileSync(join(folder, fileName), await workerFor(filesIn(folder)));
    },
  });
}

/** Each path of the page, and the digest of what it holds, as browsers check it. */
function filesIn(folder: string): Readonly<Record<string, string>> {
  const paths = filesBelow(folder)
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length))
    .filter((path) => !notNeeded.test(path) && path !== `/${fileName}`)
    .sort();
  return Object.fromEntries(
    paths.map((path) => [path === "/index.html" ? "/" : path, digestOf(readFileSync(join(folder, path)))]),
  );
}

async function workerFor(files: Readonly<Record<string, string>>): Promise<string> {
  const list = JSON.stringify(files, null, 1);
  const version = createHash("sha256").update(list).digest("hex").slice(0, 16);
  const { code } = await transformWithOxc(readFileSync(source, "utf8"), source);
  return `const version = "${version}";\nconst files = ${list};\n${code}`;
}

function digestOf(content: Uint8Array): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}
