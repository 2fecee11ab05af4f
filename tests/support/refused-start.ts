import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The one line in which a server says why it does not start with these flags, on free ports unless they name some. */
export async function refusedStart(...args: readonly string[]): Promise<string> {
  const flags = ["--port", "0", "--grpc-port", "0", "--kernel", "simd-x2", ...args];
  const child = spawn(process.execPath, ["server/main.ts", ...flags], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 10_000,
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  assert.match(said, /^[^\n]+\n$/);
  assert.equal(code, 1);
  return said;
}
