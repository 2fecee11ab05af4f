import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A process of examples/worker.py of a test's own, on a free port. */
export interface PythonWorker {
  readonly scanUrl: string;
  /** Waits until it has said a line that matches, after those that were there before. */
  untilSaid(pattern: RegExp): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  /** Waits until the process has ended: its exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>;
  stop(): Promise<void>;
}

const folder = fileURLToPath(new URL("../../examples", import.meta.url));
const needed = "import grpc, grpc_tools";

// The one that was asked for, the one that Debian's packages belong to, any other.
const interpreters = [process.env.HASH_FINDER_PYTHON, "/usr/bin/python3", "python3"].filter(
  (name) => name !== undefined,
);

/** A Python that has grpcio and its tools, if there is one. */
export const python = interpreters.find((name) => spawnSync(name, ["-c", needed]).status === 0);

/** Why tests with Python are skipped; false when they are not. */
export const withoutPython =
  python === undefined &&
  `none of ${interpreters.join(", ")} has grpcio and grpcio-tools (Debian: apt-get install python3-grpcio python3-grpc-tools)`;

/** Starts it and waits until it has said its address. */
export async function startPythonWorker(): Promise<PythonWorker> {
  if (python === undefined) throw new Error(`cannot start a Python worker: ${withoutPython}`);
  const child = spawn(python, ["-B", "worker.py", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout);
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const untilSaid: PythonWorker["untilSaid"] = async (pattern) => {
    for (;;) {
      const [line] = await once(lines, "line", { signal: AbortSignal.timeout(10_000) });
      const found = pattern.exec(line);
      if (found) return found;
    }
  };
  const [, address] = await Promise.race([
    untilSaid(/^Scan port\s+([^,]+),/),
    ended.then((how) => {
      throw new Error(`the Python worker ended with ${how} before it listened`);
    }),
  ]);
  return {
    scanUrl: `http://${address}`,
    untilSaid,
    signal: (signal) => void child.kill(signal),
    ended: () => ended,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
