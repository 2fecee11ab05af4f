import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

// The debug log has names and keys, by which tests find their own entries.
const usualFlags = ["--port", "0", "--grpc-port", "0", "--log-level", "debug"];
// Tests count on two workers, however many cores there are.
usualFlags.push("--workers", "2");
// To compare the kernels takes 0.25 s of a core at each start, of which there are a hundred.
usualFlags.push("--kernel", "simd-x2");

/** A server process of a test's own, on free ports. */
export interface TestServer {
  /** Of the page and its calls. */
  readonly url: string;
  /** Of native gRPC. */
  readonly grpcUrl: string;
  /** Where it computes for other servers; empty when it does not. */
  readonly scanUrl: string;
  /** Where its metrics are; empty when it has none. */
  readonly metricsUrl: string;
  readonly pid: number;
  /** Waits until it has logged such an entry, or so many, and answers how many there are. */
  untilLogged(entry: Record<string, unknown>, least?: number): Promise<number>;
  /** What it said on standard error so far, log entries included. */
  readonly words: readonly string[];
  /** The log entries so far that have these fields. */
  logged(entry: Record<string, unknown>): readonly Record<string, unknown>[];
  /** Sends a signal, by default the one that asks it to leave. */
  signal(signal?: NodeJS.Signals): void;
  /** Waits until the process has ended: its exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>;
  /** Asks it to leave and waits until it has. */
  stop(): Promise<void>;
  /** Ends it without a word, as a crash would. */
  kill(): Promise<void>;
}

/** Starts a server and waits until it has said its addresses. Of `args`, the last of a kind counts; `nodeArgs` are Node's own. */
export async function startServer({
  args = [],
  nodeArgs = [],
}: {
  args?: readonly string[];
  nodeArgs?: readonly string[];
} = {}): Promise<TestServer> {
  const flags = [...usualFlags, ...args];
  const child = spawn(process.execPath, [...nodeArgs, "server/main.ts", ...flags], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const words: string[] = [];
  const lines = createInterface(child.stderr).on("line", (line) => words.push(line));
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  // Its last words may arrive after its end.
  const closed = once(child, "close");
  const said = await addresses(child);
  if (!said) {
    await closed;
    throw new Error(`the server ended with ${await ended} before it listened: ${words.join("\n")}`);
  }
  const { url, grpcUrl, scanUrl, metricsUrl } = said;
  const logged: TestServer["logged"] = (entry) =>
    words.map((line) => entryOf(line, entry)).filter((found) => found !== undefined);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    url,
    grpcUrl,
    scanUrl,
    metricsUrl,
    pid: child.pid ?? 0,
    words,
    logged,
    untilLogged: async (entry, least = 1) => {
      for (;;) {
        const count = logged(entry).length;
        if (count >= least) return count;
        await once(lines, "line", { signal: AbortSignal.timeout(5000) });
      }
    },
    signal: (signal = "SIGTERM") => void child.kill(signal),
    ended: () => ended,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

/** The process ends by itself with nothing left over, and had nothing to complain about. */
export async function stopCleanly(server: TestServer): Promise<void> {
  await server.stop();
  const complaints = server.words.filter((line) => !/^\{"level":[23]0/.test(line));
  assert.deepEqual({ complaints, ended: await server.ended() }, { complaints: [], ended: 0 });
}

/** What it said that is neither an entry of its log up to a warning nor told by what watches its process. */
export function complaintsOf({ words }: Pick<TestServer, "words">): readonly string[] {
  return words.filter((line) => !/^\{("level":[1234]0,|"soak")/.test(line));
}

function entryOf(line: string, wanted: Record<string, unknown>): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  const entry: Record<string, unknown> = JSON.parse(line);
  return Object.entries(wanted).every(([key, value]) => entry[key] === value) ? entry : undefined;
}

/** Undefined when it ends without having said them. */
async function addresses({
  stdout,
}: ChildProcess): Promise<Pick<TestServer, "url" | "grpcUrl" | "scanUrl" | "metricsUrl"> | undefined> {
  if (!stdout) throw new Error("the server's output is not piped");
  let url: string | undefined;
  let scanUrl = "";
  let metricsUrl = "";
  for await (const line of createInterface(stdout)) {
    url ??= /^Hash Finder\s+(\S+)$/.exec(line)?.[1];
    const scan = /^Scan port\s+([^,]+),/.exec(line)?.[1];
    if (scan) scanUrl = `http://${scan}`;
    metricsUrl ||= /^Metrics\s+(\S+)$/.exec(line)?.[1] ?? "";
    const [, grpc, isTls] = /^gRPC\s+([^\s,]+)(, over TLS)?$/.exec(line) ?? [];
    if (!url || !grpc) continue;
    // What follows must not fill the pipe.
    stdout.resume();
    return { url, grpcUrl: `${isTls ? "https" : "http"}://${grpc}`, scanUrl, metricsUrl };
  }
  return undefined;
}
