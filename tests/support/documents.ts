import { readFileSync } from "node:fs";

/** A fenced block of a Markdown file. */
export interface Block {
  readonly file: string;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a file, in order. */
export function blocksOf(file: string): readonly Block[] {
  const fences = readFileSync(file, "utf8").matchAll(/^```(\w*)\n(.*?)^```$/gms);
  return Array.from(fences, ([, language = "", text = ""]) => ({ file, language, text }));
}

/** The commands of a shell block, each in one line and without its comment. */
export function commandsOf({ text }: Block): readonly string[] {
  return text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#\s.*$/, "").trim())
    .filter((line) => line !== "");
}
