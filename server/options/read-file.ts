import { readFileSync } from "node:fs";
import { ConfigError } from "./config-error.ts";

/**
 * The text of a file that a flag names.
 *
 * @throws ConfigError
 */
export function readFileOf(flag: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fact = code === "ENOENT" ? "it is not there" : (code ?? String(error));
    throw new ConfigError(`--${flag}: the file ${file} cannot be read: ${fact}.`);
  }
}
