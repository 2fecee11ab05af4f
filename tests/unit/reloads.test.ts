import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { pino } from "pino";
import { ConfigError } from "../../server/options/config-error.ts";
import { reloadable } from "../../server/options/reloadable.ts";
import { Reloads } from "../../server/reloads.ts";
import { until } from "../support/until.ts";

/** Reloads of a number in a file, which is wrong below 0. */
function setting(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-reloads-"));
  const file = join(folder, "number.txt");
  const write = (number: number): void => writeFileSync(file, `${number}`);
  write(1);
  const from = reloadable([file], () => {
    const number = Number(readFileSync(file, "utf8"));
    if (number < 0) throw new ConfigError("it is below 0");
    if (number > 100) throw new RangeError("a defect");
    return number;
  });
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const reloads = new Reloads(log);
  t.after(() => {
    reloads.close();
    rmSync(folder, { recursive: true });
  });
  const used: number[] = [];
  const add = (what = "the number"): void =>
    reloads.add({
      what,
      from,
      use: (number) => {
        used.push(number);
        return { number };
      },
    });
  return { reloads, add, write, used, logged, from };
}

const told = ({ level, what, msg, number, reason }: Record<string, unknown>) =>
  JSON.parse(JSON.stringify({ level, what, msg, number, reason }));

describe("what is read again", () => {
  test("is nothing unless it is added", (t) => {
    const { reloads, add } = setting(t);
    assert.ok(reloads.isEmpty);
    reloads.now();
    add();
    assert.ok(!reloads.isEmpty);
  });

  test("is used when it is told to, and the log says so", (t) => {
    const { reloads, add, write, used, logged, from } = setting(t);
    add();
    add("another");
    assert.deepEqual([used, from.value], [[], 1]);
    write(2);
    reloads.now();
    assert.deepEqual(used, [2, 2]);
    assert.deepEqual(
      logged.map(told),
      ["the number", "another"].map((what) => ({ level: 30, what, msg: "read again", number: 2 })),
    );
  });

  test("stays as it was where it is wrong, which the log says as an error, and is used again when it is right", (t) => {
    const { reloads, add, write, used, logged } = setting(t);
    add();
    write(-1);
    reloads.now();
    assert.deepEqual(used, []);
    assert.deepEqual(logged.map(told), [
      {
        level: 50,
        what: "the number",
        msg: "cannot be read again: it stays as it was",
        reason: "it is below 0",
      },
    ]);
    write(3);
    reloads.now();
    assert.deepEqual(used, [3]);
  });

  test("hides no defect", (t) => {
    const { reloads, add, write } = setting(t);
    add();
    write(1000);
    assert.throws(() => reloads.now(), /a defect/);
  });

  test("is used when its file has changed, and not any more once that is closed", async (t) => {
    const { reloads, add, write, used } = setting(t);
    const before = watches();
    add();
    // The first look at the file may come late: it changes until a change is seen.
    let number = 1;
    await until(() => {
      number = (number % 100) + 1;
      write(number);
      return used.length > 0;
    });
    assert.equal(watches(), before, "which keeps no process alive");
    const seen = used.length;
    reloads.close();
    write(7);
    reloads.now();
    assert.deepEqual(used.slice(seen), [7]);
  });
});

function watches(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "StatWatcher").length;
}
