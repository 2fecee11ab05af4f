import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { candidatesPerPoll } from "../../server/kernel/scan.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { endless } from "../support/clients.ts";
import { type Find, startFind, watched, ways } from "../support/find.ts";
import { plainly } from "../support/listed.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

const workers = 2;
const terminalCommand = "\u001b";

// BSD's takes other flags.
const noTerminal =
  !spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") &&
  "script of util-linux is not installed (apt-get install bsdutils)";

describe("a search in the terminal", () => {
  let server: TestServer;
  let native: readonly string[];
  before(async () => {
    server = await startServer({ args: ["--workers", String(workers), "--maximum-hashes", "0"] });
    native = ways["native gRPC"](server);
  });
  after(async () => await stopCleanly(server));

  for (const [protocol, way] of Object.entries(ways)) {
    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      test(`stops at ${signal} and prints the server's proof, over ${protocol}`, async () => {
        const find = startFind([endless().desiredName, ...way(server)]);
        await untilActivity(server.url, ({ workersBusy }) => workersBusy === workers);
        find.signal(signal);
        assert.equal(await find.ended(), code);
        const said =
          /^Stopping….*\nStopped\. The server confirms that all its 2 workers are idle\.\n {2}stop seen .* after the search began\n {2}all idle .* later\n {2}hashes +[\d,]+, of these ([\d,]+) after the stop was seen\n {2}thread 1 +idle, .*\n {2}thread 2 +idle, .*\n {2}to go on +--start-index \d+\n$/;
        const after = said.exec(find.words())?.[1];
        assert.ok(after, find.words());
        assert.ok(Number(after.replaceAll(",", "")) <= 2 * workers * candidatesPerPoll);
        assert.deepEqual(find.lines(), []);
        await untilIdle(server.url);
      });
    }
  }

  test("that was stopped ends its JSON with the report, and where to continue", async () => {
    const name = "doctor";
    const find = startFind([name, "--interesting-distance", "5", "--json", ...native]);
    await find.untilPrinted(1000);
    find.signal("SIGINT");
    assert.equal(await find.ended(), 130);
    const objects = find.lines().map((line) => JSON.parse(line));
    const { ending, exitCode, proof, nextIndex, report } = objects.pop().ended;
    assert.deepEqual([ending, exitCode, proof], ["stopped", 130, "proven"]);
    assert.deepEqual([report.ending, report.reason], ["ENDING_CANCELLED", "stopped by SIGINT in a terminal"]);
    assert.ok(objects.every(({ match }) => match !== undefined));
    // Matches that were on their way are not lost: the search goes on at the first that was not printed.
    const printed = objects.map(({ match }) => Number(match.candidateIndex));
    assert.deepEqual(printed, plainly({ name, distance: 5, end: Number(nextIndex) }));
  });

  test("is left at once by a second Ctrl-C, when the server does not answer the first", async (t) => {
    const frozen = await startServer({ args: ["--maximum-hashes", "0"] });
    t.after(() => stopCleanly(frozen));
    const find = startFind([endless().desiredName, ...ways["native gRPC"](frozen)]);
    await untilActivity(frozen.url, ({ workersBusy }) => workersBusy > 0);
    frozen.signal("SIGSTOP");
    find.signal("SIGINT");
    await find.untilSaid(/^Stopping….*\n/);
    const ended = find.ended();
    // What comes within half a second counts as the same one.
    const presses = new AbortController();
    const pressed = press(() => find.signal("SIGINT"), presses.signal);
    assert.equal(await ended, 130);
    presses.abort();
    await pressed;
    assert.match(find.words(), /^Stopping….*\n$/);
    frozen.signal("SIGCONT");
    await untilIdle(frozen.url);
  });

  test("counts the two signals of one Ctrl-C under npm as one", async (t) => {
    const frozen = await startServer({ args: ["--workers", "1", "--maximum-hashes", "0"] });
    t.after(() => stopCleanly(frozen));
    const find = startFind([endless().desiredName, ...ways["native gRPC"](frozen)]);
    await untilActivity(frozen.url, ({ workersBusy }) => workersBusy > 0);
    // The first must have been heard: of two that wait, a process hears one.
    frozen.signal("SIGSTOP");
    find.signal("SIGINT");
    await find.untilSaid(/^Stopping….*\n/);
    find.signal("SIGINT");
    frozen.signal("SIGCONT");
    assert.equal(await find.ended(), 130);
    assert.match(find.words(), /Stopped\. The server confirms that its worker is idle/);
  });

  for (const [protocol, way] of Object.entries(ways)) {
    test(`ends quietly when nobody reads its output, over ${protocol}`, async () => {
      const find = startFind(["doctor", "--interesting-distance", "5", ...way(server)]);
      await find.untilPrinted(1);
      find.closeOutput();
      assert.equal(await find.ended(), 141);
      assert.equal(find.words(), "");
      await untilIdle(server.url);
    });
  }

  test("ends quietly before head -1 in a shell", async () => {
    const command = `"$0" cli/main.ts doctor --interesting-distance 5 ${native.join(" ")} | head -1`;
    const shell = watched("sh", ["-c", command, process.execPath]);
    assert.equal(await shell.ended(), 0);
    assert.deepEqual([shell.lines().length, shell.words()], [1, ""]);
    await untilIdle(server.url);
  });

  test("waits for a reader that stalls, and is stopped all the same", async () => {
    const find = startFind(["doctor", "--interesting-distance", "5", ...native]);
    await find.untilPrinted(1);
    find.stallOutput();
    // Its reader's and its own buffers fill, then the server's.
    let [before, sinceMs] = [-1n, 0];
    await untilActivity(server.url, ({ hashesComputed }) => {
      if (hashesComputed !== before) [before, sinceMs] = [hashesComputed, performance.now()];
      return performance.now() - sinceMs > 1000;
    });
    find.signal("SIGINT");
    await find.untilSaid(/Stopped\. The server confirms that all its 2 workers are idle\.\n/);
    await untilIdle(server.url);
    find.closeOutput();
    await find.ended();
  });

  describe("with a terminal", { skip: noTerminal }, () => {
    const onTerminal = (...args: readonly string[]) =>
      watched("script", [
        "-qec",
        [process.execPath, "cli/main.ts", ...args, ...native].join(" "),
        "/dev/null",
      ]);

    test("shows hashes, odds and speed in one line, and stops when Ctrl-C is typed", async () => {
      const find = onTerminal(endless().desiredName);
      await untilActivity(server.url, ({ workersBusy }) => workersBusy > 0);
      await find.untilShown(/hashes, chance of a match by now [\d.]+\u00a0%, .* a second/);
      find.type("\x03");
      assert.equal(await find.ended(), 130);
      assert.match(shownBy(find), /\r<\[K>Stopping….*\r\nStopped\. The server confirms.*\r\n {2}stop seen/s);
      await untilIdle(server.url);
    });

    test("marks the name in the hash", async () => {
      const find = onTerminal("cat");
      assert.equal(await find.ended(), 0);
      assert.match(shownBy(find), /^\S*<\[1m>cat<\[22m>\S+= {2}0 {2}/im);
    });
  });
});

/** What a terminal was sent, its commands in angle brackets. */
function shownBy(find: Find): string {
  return find
    .lines()
    .join("\n")
    .replaceAll(`${terminalCommand}[`, "<[")
    .replaceAll(/(<\[\d*[A-Za-z])/g, "$1>");
}

async function press(key: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    key();
    await pause(20);
  }
}
