// One preparation of a checkout at a time: `npm start` and `npm test` may be
// typed into two terminals of a fresh clone. The lock is a file outside the
// checkout, since the install replaces node_modules. It holds its owner's
// process id, by which the lock of a killed command is recognised.
import { createHash } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const pollMs = 100;
const patienceMs = 10 * 60_000;

/** Runs the function while no other process runs one for the same root. */
export function exclusively(root, run) {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const lock = join(tmpdir(), `hash-finder-${name}.lock`);
  acquire(lock);
  try {
    return run();
  } finally {
    rmSync(lock, { force: true });
  }
}

function acquire(lock) {
  const deadline = Date.now() + patienceMs;
  let waiting = false;
  while (!take(lock)) {
    const owner = ownerOf(lock);
    if (owner === undefined) continue;
    if (!isAlive(owner)) {
      rmSync(lock, { force: true });
      continue;
    }
    if (!waiting) console.log("Waiting for another command that is preparing this checkout…");
    waiting = true;
    if (Date.now() > deadline)
      throw new Error(`Cannot prepare this checkout: process ${owner} still holds ${lock}.`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
  }
}

// A link appears with its content, whereas a new file is empty at first.
function take(lock) {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    // It was let go since the attempt to take it.
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
