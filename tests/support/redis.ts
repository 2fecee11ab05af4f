import { freePort } from "./ports.ts";
import { type Program, startProgram, withoutProgram } from "./programs.ts";

/** Why tests of it are skipped, or false where it is installed. */
export const noRedis = withoutProgram("redis-server", ["--version"]);

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
  let running: Program | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    start: async () => {
      running = startProgram("redis-server", [...always, ...flags]);
      await running.untilListening(port);
    },
    signal: (signal) => running?.signal(signal),
    kill: async () => await running?.kill(),
  };
}
