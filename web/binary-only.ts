import type { Plugin } from "vite";

/**
 * Leaves protobuf's JSON format out of the built page: gRPC-Web carries the
 * binary one, but the clients import both. A seventh of the page's scripts.
 */
export function binaryOnly(): Plugin {
  return {
    name: "binary-only",
    apply: "build",
    transform: {
      filter: { id: /@bufbuild\/protobuf\/dist\/esm\/(?:from|to)-json\.js$/ },
      handler: (code) =>
        Array.from(code.matchAll(/^export function (\w+)/gm), ([, name]) => without(name ?? "")).join("\n"),
    },
  };
}

function without(name: string): string {
  return `export function ${name}() { throw new Error("${name} is not part of this page: it speaks the binary format only"); }`;
}
