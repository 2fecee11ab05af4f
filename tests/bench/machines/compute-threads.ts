import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

// Worker threads lower themselves to this; nothing else in a server process does.
const niceness = 19;
const lookMs = 1;
// A thread between two slices of one range waits for less than that.
const stillMs = 100;

/** The threads of some processes that compute, as Linux tells: no server is asked, so a frozen one may be looked at too. */
export class ComputeThreads {
  readonly #files: readonly string[];

  /** Of processes that have computed already. */
  constructor(pids: readonly number[]) {
    if (!existsSync("/proc/self/stat"))
      throw new Error("this needs Linux, whose /proc tells what threads do");
    this.#files = pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/task`)
        .map((thread) => `/proc/${pid}/task/${thread}/stat`)
        .filter((file) => fieldsOf(file)[16] === String(niceness)),
    );
    if (this.#files.length < pids.length) throw new Error("there are fewer computing threads than processes");
  }

  /** Waits until all compute. */
  async untilBusy(): Promise<void> {
    while (!this.#files.every(isRunning)) await pause(lookMs);
  }

  /** Waits until all have been idle for a while: when, by `performance.now()`, the last one became so. */
  async untilIdle(): Promise<number> {
    let lastBusyMs = performance.now();
    for (;;) {
      const nowMs = performance.now();
      if (this.#files.some(isRunning)) lastBusyMs = nowMs;
      else if (nowMs - lastBusyMs > stillMs) return lastBusyMs;
      await pause(lookMs);
    }
  }
}

function isRunning(file: string): boolean {
  return fieldsOf(file)[0] === "R";
}

/** What follows the name, which may have spaces; none when the thread is no more. */
function fieldsOf(file: string): readonly string[] {
  try {
    const text = readFileSync(file, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
