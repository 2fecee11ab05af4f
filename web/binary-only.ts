import type { Plugin } from "vite";

/** The two files of protobuf that hold its JSON format. */
export const jsonFormat: RegExp = /@bufbuild\/protobuf\/dist\/esm\/(?:from|to)-json\.js$/;
const fileCount = 2;

/**
 * Leaves protobuf's JSON format out of the built page: gRPC-Web carries the
 * binary one, but the clients import both. A seventh of the page's scripts. A
 * build that does not meet both files fails, instead of becoming larger unseen.
 */
export function binaryOnly(): Plugin {
  const met = new Set<string>();
  return {
    name: "binary-only",
    apply: "build",
    transform: {
      filter: { id: jsonFormat },
      handler(code, id) {
        met.add(id);
        return withoutBodies(code);
      },
    },
    buildEnd(error) {
      if (error === undefined && met.size !== fileCount) {
        this.error(
          `Cannot leave protobuf's JSON format out: ${met.size} of its ${fileCount} files were found. Say in web/binary-only.ts where they are now.`,
        );
      }
    },
  };
}

/** The same exports, each a function that only says that it is not there. */
export function withoutBodies(code: string): string {
  const names = Array.from(code.matchAll(/^export function (\w+)/gm), ([, name]) => name);
  const other = code.match(/^export (?!function ).*/m)?.[0];
  if (other !== undefined)
    throw new Error(
      `Cannot leave protobuf's JSON format out: "${other}" is no function. Teach web/binary-only.ts what to do with it.`,
    );
  return names
    .map(
      (name) =>
        `export function ${name}() { throw new Error("${name} is not part of this page: it speaks the binary format only"); }`,
    )
    .join("\n");
}
