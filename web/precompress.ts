import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { afterBuild, filesBelow } from "./built-files.ts";

/** Puts compressed copies beside the built files, for the server to choose from. */
export function precompress(): Plugin {
  return afterBuild({
    name: "precompress",
    // Whatever else writes files has done so by then.
    order: "post",
    handle(folder) {
      for (const { parentPath, name } of filesBelow(folder)) {
        if (!/\.(html|js|css|svg|json|webmanifest)$/.test(name)) continue;
        const file = join(parentPath, name);
        const content = readFileSync(file);
        writeFileSync(`${file}.br`, brotliCompressSync(content));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  });
}
