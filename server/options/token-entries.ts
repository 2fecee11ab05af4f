import { type TokenEntry, TokenFileError, tokenEntriesIn } from "../edge/who/token-file.ts";
import { ConfigError } from "./config-error.ts";
import { readFileOf } from "./read-file.ts";

/**
 * The tokens of the file that --token-file names.
 *
 * @throws ConfigError
 */
export function readTokens(file: string): readonly TokenEntry[] {
  const text = readFileOf("token-file", file);
  try {
    return tokenEntriesIn(text);
  } catch (error) {
    if (error instanceof TokenFileError) throw new ConfigError(`--token-file ${file}: ${error.message}`);
    throw error;
  }
}
