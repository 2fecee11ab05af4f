import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newToken } from "../../server/edge/who/new-token.ts";

/** A token file of a test's own. */
export interface TokenFile {
  readonly path: string;
  /** The header by which somebody is let in. */
  header(name: string): { readonly authorization: string };
  /** Writes these names alone, each with its token as before, with the limits after it. */
  write(...names: readonly string[]): void;
  /** Writes any text. */
  spoil(text: string): void;
  remove(): void;
}

/** Makes a token file of these names; "ann searches=1" has a limit. */
export function tokenFile(...names: readonly string[]): TokenFile {
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-tokens-"));
  const path = join(folder, "tokens.txt");
  const made = new Map<string, ReturnType<typeof newToken>>();
  const of = (name: string): ReturnType<typeof newToken> => {
    const known = made.get(name) ?? newToken(name);
    made.set(name, known);
    return known;
  };
  const file: TokenFile = {
    path,
    header: (name) => ({ authorization: `Bearer ${of(name).token}` }),
    write: (...all) => {
      const lines = all.map((each) => {
        const [name = "", ...limits] = each.split(" ");
        return [of(name).line, ...limits].join(" ");
      });
      writeFileSync(path, `# people\n${lines.join("\n")}\n`);
    },
    spoil: (text) => writeFileSync(path, text),
    remove: () => rmSync(folder, { recursive: true }),
  };
  file.write(...names);
  return file;
}
