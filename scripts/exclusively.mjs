// One preparation of a checkout at a time: `npm start` and `npm test` may be
// typed into two terminals of a fresh clone. The lock is a folder outside the
// checkout, since the install replaces node_modules. It holds one file, named
// for its owner, and three facts of POSIX make it safe however many wait:
// rename() puts a folder in the place of an empty one only, and for one caller
// only; unlink() of an owner's name cannot hit the next owner's; rmdir()
// removes an empty folder only. So who saw a dead owner can be late.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const pollMs = 100;
const patienceMs = 10 * 60_000;

/** Runs the function while no other process runs one for the same root. */
export function exclusively(root, run) {
  const lock = lockOf(root);
  const me = `${process.pid}-${startOf(process.pid)}`;
  acquire(lock, me);
  try {
    return run();
  } finally {
    rmSync(join(lock, me), { force: true });
    unless(["ENOENT", "ENOTEMPTY", "EEXIST"], () => rmdirSync(lock));
  }
}

/** The folder whose one file is named for the owner: its process id, "-", the time of its start. */
export function lockOf(root) {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  return join(tmpdir(), `hash-finder-${name}.owner`);
}

function acquire(lock, me) {
  const deadline = Date.now() + patienceMs;
  let waiting = false;
  while (!take(lock, me)) {
    const owner = ownerOf(lock);
    if (owner === undefined) continue;
    if (!isAlive(owner)) {
      rmSync(join(lock, owner), { force: true });
      continue;
    }
    if (!waiting) console.log("Waiting for another command that is preparing this checkout…");
    waiting = true;
    if (Date.now() > deadline)
      throw new Error(
        `Cannot prepare this checkout: process ${owner.split("-")[0]} still holds ${lock}. End it, then run the command again.`,
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
  }
}

/** Whether the lock is mine now. It appears with its owner in it. */
function take(lock, me) {
  const mine = `${lock}.${me}`;
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, me), "");
  const taken = unless(["ENOTEMPTY", "EEXIST"], () => renameSync(mine, lock));
  if (!taken) rmSync(mine, { recursive: true, force: true });
  return taken;
}

function ownerOf(lock) {
  let owner;
  // It may have been let go since the attempt to take it.
  unless(["ENOENT"], () => {
    [owner] = readdirSync(lock);
  });
  return owner;
}

/** Whether the process is there that started then, rather than a later one with the same id. */
function isAlive(owner) {
  const [pid, start] = owner.split("-");
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  const startNow = startOf(pid);
  return startNow === start || startNow === unknown || start === unknown;
}

const unknown = "unknown";

/** When the process started, in a form that is only compared. */
function startOf(pid) {
  try {
    // proc(5): the 22nd field, in ticks since the boot; the second one is the
    // program's name in brackets, and may contain anything.
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1).split(" ");
    return fields[22 - 3];
  } catch {
    // macOS has no /proc.
    const environment = { ...process.env, LC_ALL: "C", TZ: "UTC" };
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: environment,
    });
    return stdout?.trim().replace(/\W+/g, "_") || unknown;
  }
}

/** Whether the step was done; an error with one of the codes says that it was not. */
function unless(codes, step) {
  try {
    step();
    return true;
  } catch (error) {
    if (codes.includes(error.code)) return false;
    throw error;
  }
}
