import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { systemEnvironment } from "../../scripts/debian.ts";
import { isListening } from "./ports.ts";

/** Why tests of a program that npm does not bring are skipped, or false where it is installed. */
export function withoutProgram(name: string, version: readonly string[]): string | false {
  if (spawnSync(name, version, { env: systemEnvironment }).status === 0) return false;
  return `${name} is not installed (apt-get install ${name})`;
}

/** A process of such a program. */
export interface Program {
  /** Waits until it takes connections there. Throws an Error with its words when it ends before. */
  untilListening(port: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it without a word, unless it has ended, and waits until it has. */
  kill(): Promise<void>;
}

/** Starts it, with more in its environment where it needs that. */
export function startProgram(name: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(name, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...systemEnvironment, ...more },
  });
  let words = "";
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding("utf8").on("data", (text: string) => (words += text));
  }
  const closed = once(child, "close");
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    untilListening: async (port) => {
      while (!(await isListening(port))) {
        if (hasEnded()) {
          await closed;
          throw new Error(`${name} ended before it listened: ${words}`);
        }
        await pause(10);
      }
    },
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      if (!hasEnded()) child.kill("SIGKILL");
      await closed;
    },
  };
}
