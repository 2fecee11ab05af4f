import { newToken } from "../server/edge/who/new-token.ts";
import { TokenFileError, tokenEntriesIn } from "../server/edge/who/token-file.ts";

// npm run --silent token -- NAME [searches=NUMBER hash-credit=NUMBER …] >> tokens.txt
// The line for the file goes to standard output, the token itself only to the person.
const [name = "", ...limits] = process.argv.slice(2);
const { token, line } = newToken(name);
const entry = [line, ...limits].join(" ");
try {
  tokenEntriesIn(entry);
  console.error(`The token of ${name}, shown this once: ${token}`);
  console.error("Its line for --token-file:");
  console.log(entry);
} catch (error) {
  if (!(error instanceof TokenFileError)) throw error;
  const fact = error.message.replace(/^line 1 /, "it ");
  console.error(
    `Cannot make a token: ${fact} Use npm run token -- NAME [searches=4 hashes=1000000 seconds=60].`,
  );
  process.exitCode = 1;
}
