import type { Chance } from "./chance.ts";
import type { Oracle } from "./odds.ts";

/** The oracle as a thread of the browser, started at the first question. */
export function createWorkerOracle(): Oracle {
  let worker: Worker | undefined;
  let answer: ((chance: Chance) => void) | undefined;
  return {
    ask(question, answered) {
      answer = answered;
      worker ??= start();
      worker.postMessage(question);
    },
  };

  function start(): Worker {
    const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    started.addEventListener("message", ({ data }: MessageEvent<Chance>) => answer?.(data));
    return started;
  }
}
