import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./ports.ts";

/** Why tests of it are skipped, or false where it is installed. */
export const noRedis: string | false =
  spawnSync("redis-server", ["--version"]).status === 0
    ? false
    : "redis-server is not installed (apt-get install redis-server)";

/** A Redis of a test's own, on a loopback port that stays its own. */
export interface TestRedis {
  readonly url: string;
  start(): Promise<void>;
  /** Sends its process a signal: SIGSTOP lets it take connections and say nothing, until SIGCONT. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it without a word, and all that it knew. */
  kill(): Promise<void>;
}

/** @param flags such as --requirepass and a password */
export async function redisOf(flags: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort();
  const always = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  let running: ReturnType<typeof spawn> | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    start: async () => {
      running = spawn("redis-server", [...always, ...flags], { stdio: "ignore" });
      await once(running, "spawn");
      while (!(await isListening(port))) await pause(5);
    },
    signal: (signal) => void running?.kill(signal),
    kill: async () => {
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const ended = once(running, "exit");
      running.kill("SIGKILL");
      await ended;
    },
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
