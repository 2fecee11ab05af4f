import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";

const module = new URL("../../scripts/exclusively.mjs", import.meta.url).href;
const { lockOf } = (await import(module)) as { readonly lockOf: (root: string) => string };

const beginning = `
  import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
  import { exclusively } from ${JSON.stringify(module)};
  const [root, place, count] = process.argv.slice(1);
  const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const die = () => process.kill(process.pid, "SIGKILL");
`;

const dying = `${beginning} exclusively(root, die);`;

// All have seen that the owner is dead before the first of them acts on it;
// then they act one after the other, while the first has the lock already.
const contending = `${beginning}
  const { kill } = process;
  let seen = false;
  process.kill = (pid, signal) => {
    try {
      return kill.call(process, pid, signal);
    } catch (error) {
      if (!seen) {
        seen = true;
        mkdirSync(root + "/seen-" + place);
        while (readdirSync(root).filter((name) => name.startsWith("seen-")).length < count) pause(1);
        pause(20 * place);
      }
      throw error;
    }
  };
  exclusively(root, () => {
    mkdirSync(root + "/inside"); // fails while another one is inside
    pause(60);
    rmdirSync(root + "/inside");
    if (place % 2 === 1) die();
  });
`;

test("of many who see a dead owner one is inside at a time, whoever dies next", async (t) => {
  const root = scratch(t);
  const count = 8;
  assert.equal((await run(dying, root)).signal, "SIGKILL");
  const ends = await Promise.all(
    Array.from({ length: count }, (_, place) => run(contending, root, String(place), String(count))),
  );
  for (const [place, { code, signal, errors }] of ends.entries()) {
    assert.deepEqual([errors, code ?? signal], ["", place % 2 === 1 ? "SIGKILL" : 0], `of process ${place}`);
  }
  await run(`${beginning} exclusively(root, () => {});`, root);
  assert.deepEqual(leftOf(root), []);
});

test("a later process with the id of a dead owner is not taken for it", async (t) => {
  const root = scratch(t);
  mkdirSync(lockOf(root));
  writeFileSync(join(lockOf(root), `${process.pid}-1`), "");
  const { code, errors } = await run(`${beginning} exclusively(root, () => {});`, root);
  assert.deepEqual([errors, code], ["", 0]);
  assert.deepEqual(leftOf(root), []);
});

function scratch(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "exclusively-"));
  t.after(() => {
    rmSync(root, { recursive: true });
    for (const name of leftOf(root)) rmSync(join(tmpdir(), name), { recursive: true });
  });
  return root;
}

function leftOf(root: string): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(basename(lockOf(root))));
}

async function run(program: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    // Far beyond what it takes, so that one who waits for nobody is red.
    timeout: 20_000,
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, errors };
}
