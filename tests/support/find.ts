import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TestServer } from "./server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The client for the terminal, as a process. */
export interface Find {
  /** The lines on standard output so far. */
  lines(): readonly string[];
  /** What it said on standard error so far. */
  words(): string;
  /** Waits until it has printed as many lines. */
  untilPrinted(lines: number): Promise<void>;
  /** Waits until this stands on standard output, whole lines or not. */
  untilShown(pattern: RegExp): Promise<void>;
  /** Waits until it has said so on standard error. */
  untilSaid(pattern: RegExp): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Types into its terminal, where it has one. */
  type(keys: string): void;
  /** Reads no more of its output, as `head` does when it leaves. */
  closeOutput(): void;
  /** Leaves its output unread. */
  stallOutput(): void;
  /** Waits until the process has ended: its exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>;
}

/** How it reaches a test's server over each protocol. */
export const ways = {
  "native gRPC": ({ grpcUrl }: TestServer) => ["--server", new URL(grpcUrl).host],
  "gRPC-Web": ({ url }: TestServer) => ["--server", url],
  Connect: ({ url }: TestServer) => ["--server", url, "--protocol", "connect"],
} as const satisfies Record<string, (server: TestServer) => readonly string[]>;

/** Starts it with these arguments. */
export function startFind(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Find {
  return watched(process.execPath, ["cli/main.ts", ...args], environment);
}

/** Starts a program whose output is read like that of the client. */
export function watched(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Find {
  const child = spawn(program, args, {
    cwd: root,
    stdio: "pipe",
    env: { ...process.env, ...environment },
  });
  const [out, err] = [child.stdout, child.stderr];
  let [output, words] = ["", ""];
  out.setEncoding("utf8").on("data", (text: string) => (output += text));
  err.setEncoding("utf8").on("data", (text: string) => (words += text));
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  // Its last words may arrive after its end.
  const closed = once(child, "close");
  const lines = () => output.split("\n").slice(0, -1);
  const until = async (source: NodeJS.EventEmitter, condition: () => boolean): Promise<void> => {
    while (!condition()) {
      await Promise.race([
        once(source, "data"),
        closed.then(() => {
          if (!condition()) throw new Error(`it ended before: ${output}\n${words}`);
        }),
      ]);
    }
  };
  return {
    lines,
    words: () => words,
    untilPrinted: (count) => until(out, () => lines().length >= count),
    untilShown: (pattern) => until(out, () => pattern.test(output)),
    untilSaid: (pattern) => until(err, () => pattern.test(words)),
    signal: (signal) => void child.kill(signal),
    type: (keys) => void child.stdin.write(keys),
    closeOutput: () => void out.destroy(),
    stallOutput: () => void out.pause(),
    ended: async () => {
      const how = await ended;
      if (!out.isPaused()) await closed;
      return how;
    },
  };
}
