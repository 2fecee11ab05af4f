import { type Dirent, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";

interface AfterBuild {
  readonly name: string;
  /** Among all that is done with the built files. */
  readonly order: "pre" | "post";
  /** Is given the folder of the built files. */
  readonly handle: (folder: string) => void | Promise<void>;
}

/** A plugin that does something with the files of a build, once they are written. */
export function afterBuild({ name, order, handle }: AfterBuild): Plugin {
  let folder = "";
  return {
    name,
    apply: "build",
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    closeBundle: { order, sequential: true, handler: () => handle(folder) },
  };
}

/** All files in the folder and below it. */
export function filesBelow(folder: string): readonly Dirent[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
}
