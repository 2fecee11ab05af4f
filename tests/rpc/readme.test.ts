import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { after, before, describe, type TestContext, test } from "node:test";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { blocksOf, commandsOf } from "../support/documents.ts";
import { freePort } from "../support/ports.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

const files = ["README.md", "docs/find.md", "docs/server.md", "docs/calling.md"];
const shells = files.flatMap((file) => {
  const blocks = blocksOf(file);
  return blocks.flatMap((block, i) => {
    const next = blocks[i + 1];
    return block.language === "sh"
      ? [{ block, output: next?.language === "text" ? next.text : undefined }]
      : [];
  });
});

const curl =
  "curl -X POST localhost:8080/hash_name.HashFinder/Find -H 'content-type: application/json' -d '{\"desiredName\":\"grpc\"}'";

/** What runs the commands of a block: by a test below, or elsewhere, with the reason. */
type Run =
  | {
      readonly here: (t: TestContext, block: (typeof shells)[number]) => Promise<void>;
      /** A program that a machine may lack. */
      readonly needs?: string;
    }
  | { readonly elsewhere: string; readonly where: string; readonly as: string };

describe("the commands of the README and its guides", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ args: ["--workers", "2", "--maximum-hashes", "0"] });
  });
  after(async () => await stopCleanly(server));

  const runs: Readonly<Record<string, Run>> = {
    "npm start": { here: (t) => serves(t, "npm start", { HASH_FINDER_PORT: "0" }) },
    "npm run --silent find -- grpc": { here: (_, { block, output }) => prints(block.text, output) },
    "npm run --silent find -- doctor --ideal-distance 1 --interesting-distance 3 | head -4": {
      here: (_, { block, output }) => prints(block.text, output),
    },
    "printf AAcV | base64 -d | openssl sha1 -binary | base64": {
      here: (_, { block, output }) => prints(block.text, output),
      needs: "openssl",
    },
    "npm run --silent find -- zzzzzzzzzzzz": {
      here: (t, { output }) => stops(t, "npm run --silent find -- zzzzzzzzzzzz", output),
    },
    [curl]: {
      here: (_, { block }) => answers(block.text),
      needs: "curl",
    },
    "npm start -- --port 9000 --maximum-seconds 60": {
      here: async (t) => serves(t, `npm start -- --port ${await freePort()} --maximum-seconds 60`),
    },
    "npm test": {
      elsewhere: "it is what runs this test",
      where: ".ci/run",
      as: "timed npm test\n",
    },
    "npm run find -- doctor --ideal-distance 1 --interesting-distance 2": {
      here: async (_, { block }) => {
        const { status, stdout } = shell(block.text);
        assert.equal(status, 0);
        assert.match(stdout, /^> node cli\/main\.ts doctor .*\n.*\n\S{28} {2}1 {2}\S+\n$/ms);
      },
    },
    "npm run --silent token -- ann searches=4 hashes=1000000000 seconds=60": {
      here: async (_, { block }) => {
        const line = /^ann sha256:[0-9a-f]{64} searches=4 hashes=1000000000 seconds=60\n$/;
        assert.match(shell(block.text).stdout, line);
      },
    },
    "npm start -- --help": {
      here: async (_, { block }) => assert.match(shell(block.text).stdout, /--maximum-seconds NUMBER/),
    },
  };

  test("are all listed here, and no others", () => {
    const written = new Set(shells.flatMap(({ block }) => commandsOf(block)));
    assert.deepEqual([...written].sort(), Object.keys(runs).sort());
  });

  for (const shown of shells) {
    for (const command of commandsOf(shown.block)) {
      const run = runs[command];
      if (run === undefined) continue;
      if ("here" in run) {
        test(`${shown.block.file}: ${command}`, { skip: without(run.needs) }, (t) => run.here(t, shown));
      } else {
        test(`${shown.block.file}: ${command} is run by ${run.where}, because ${run.elsewhere}`, () => {
          assert.ok(readFileSync(run.where, "utf8").includes(run.as));
        });
      }
    }
  }

  /** What a person's shell would have, but for the ports, and for what comes before a script: it installs. */
  function environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      npm_config_ignore_scripts: "true",
      HASH_FINDER_SERVER: new URL(server.grpcUrl).host,
      HASH_FINDER_GRPC_PORT: "0",
      HASH_FINDER_KERNEL: "simd-x2",
    };
  }

  function shell(script: string) {
    const local = script.replaceAll("localhost:8080", new URL(server.url).host);
    return spawnSync("sh", ["-ec", local], { encoding: "utf8", env: environment() });
  }

  async function prints(script: string, output: string | undefined): Promise<void> {
    const { status, stdout, stderr } = shell(script);
    assert.deepEqual([status, stdout], [0, output], stderr);
  }

  async function answers(script: string): Promise<void> {
    const { hashedName } = JSON.parse(shell(script).stdout);
    assert.match(hashedName, /grpc/i);
  }

  async function serves(t: TestContext, script: string, more: NodeJS.ProcessEnv = {}): Promise<void> {
    const { child, pressCtrlC } = inTerminal(t, script, more);
    for await (const line of createInterface(child.stdout)) {
      const url = /^Hash Finder\s+(\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      assert.match(await (await fetch(url)).text(), /<title>Hash Finder/);
      break;
    }
    await pressCtrlC();
  }

  /** Says at Ctrl-C what the document shows, but for the figures. */
  async function stops(t: TestContext, script: string, output: string | undefined): Promise<void> {
    const { child, pressCtrlC } = inTerminal(t, script);
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    await untilActivity(server.url, ({ workersBusy }) => workersBusy === 2);
    await pressCtrlC();
    const [, ...lines] = said.split("\n");
    assert.deepEqual(lines.map(withoutFigures), output?.split("\n").map(withoutFigures));
    await untilIdle(server.url);
  }

  function inTerminal(t: TestContext, script: string, more: NodeJS.ProcessEnv = {}) {
    // A group of its own, because a terminal's Ctrl-C goes to all of one.
    const child = spawn("sh", ["-c", script], { env: { ...environment(), ...more }, detached: true });
    const closed = once(child, "close");
    const send = (signal: NodeJS.Signals) => process.kill(-(child.pid ?? Number.NaN), signal);
    t.after(() => {
      if (child.exitCode === null && child.signalCode === null) send("SIGKILL");
    });
    return {
      child,
      pressCtrlC: async () => {
        child.stdout.resume();
        send("SIGINT");
        await closed;
      },
    };
  }
});

/** Why a command is skipped, or false. */
function without(program: string | undefined): string | false {
  const isThere = program === undefined || spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
  return isThere ? false : `${program} is not installed`;
}

function withoutFigures(line: string): string {
  return line
    .replace(/^( {2}thread \d +).*$/, "$1")
    .replaceAll(/[\d.,]+\d|\d/g, "N")
    .replaceAll(/N(\u00a0| )(ms|s)\b/g, "N s");
}
