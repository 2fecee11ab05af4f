import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { python } from "./python-worker.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

// The Python that has grpcio, and the Node that this project has installed.
const first = `${python ? `python3() { ${python} "$@"; }; ` : ""}set -eu`;
const path = [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);

/** A program of examples/, and the commands in its first comment, by which people run it. */
export interface Example {
  readonly file: string;
  readonly commands: string;
  /** Why it cannot run here, and what to install; false when it can. */
  readonly missing: string | false;
}

/** @param tools a shell command that succeeds where what the example needs is installed */
export function exampleIn(file: string, tools: string): Example {
  const lines = readFileSync(join(root, "examples", file), "utf8")
    .split("\n")
    .map((line) => line.replace(/^\/\/ ?/, ""));
  const isCommand = (line: string): boolean => /^(\t| {4})\S/.test(line);
  const from = lines.findIndex(isCommand);
  const commands = lines.slice(from, from + lines.slice(from).findIndex((line) => !isCommand(line)));
  const needs = lines.find((line) => line.startsWith("Needs: "));
  if (!needs || !commands.some((line) => line.includes("localhost:50051"))) {
    throw new Error(`examples/${file} does not say in its first comment how it is run`);
  }
  const found = spawnSync("bash", ["-c", `${first}; ${tools}`], { stdio: "ignore" }).status === 0;
  return {
    file,
    commands: commands.map((line) => line.trim()).join("\n"),
    missing: found ? false : `examples/${file} cannot run here. ${needs}`,
  };
}

/** What an example printed, by the word that each line begins with. */
export type Printed = Readonly<Record<"Client" | "Search" | "Saw" | "Server" | "Proof", string>>;

/** Runs an example by its own commands against a server, and leaves no file of it behind. */
export async function runExample(
  { file, commands }: Example,
  grpcUrl: string,
  signal: AbortSignal,
): Promise<Printed> {
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-example-"));
  // A build of C++ may take longer than a test file may be silent.
  const told = setInterval(() => console.log(`still at examples/${file}`), 10_000);
  try {
    const script = `${first}\n${commands.replace("localhost:50051", new URL(grpcUrl).host)}`;
    const child = spawn("bash", ["-c", script], {
      cwd: root,
      signal,
      env: { ...process.env, PATH: path, TMPDIR: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [printed, complaints, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    if (code !== 0) throw new Error(`examples/${file} ended with ${code}: ${printed}${complaints}`);
    return Object.fromEntries(
      [...printed.matchAll(/^(\w+) +(.*)$/gm)].map(([, word = "", said = ""]) => [word, said]),
    ) as Printed;
  } finally {
    clearInterval(told);
    rmSync(folder, { recursive: true, force: true });
  }
}
