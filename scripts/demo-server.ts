import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server process of the demo. */
export interface DemoServer {
  /** Of its page. */
  readonly url: string;
  /** Where it computes for others; empty when it does not. */
  readonly scanUrl: string;
  isRunning(): boolean;
  /** Sends the signal and waits until it has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a server and waits until it has said its addresses. */
export async function startDemoServer(args: readonly string[]): Promise<DemoServer> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const child = spawn(process.execPath, ["server/main.ts", "--log-level", "error", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own: Ctrl-C in the terminal is the demo's to hear.
    detached: true,
  });
  const ended = once(child, "exit");
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const endWithDemo = (): boolean => child.kill("SIGKILL");
  process.once("exit", endWithDemo);
  void ended.then(() => process.off("exit", endWithDemo));
  let url = "";
  let scanUrl = "";
  for await (const line of createInterface(child.stdout)) {
    url ||= /^Hash Finder\s+(\S+)$/.exec(line)?.[1] ?? "";
    const scan = /^Scan port\s+([^,]+),/.exec(line)?.[1];
    if (scan) scanUrl = `http://${scan}`;
    if (!/^gRPC\s/.test(line)) continue;
    child.stdout.resume();
    return {
      url,
      scanUrl,
      isRunning,
      end: async (signal) => {
        if (isRunning()) child.kill(signal);
        await ended;
      },
    };
  }
  throw new Error(`A server of the demo ended before it listened: node server/main.ts ${args.join(" ")}`);
}
