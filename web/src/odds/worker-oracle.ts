import type { Chance } from "../../../client/odds/chance.ts";
import type { Oracle } from "./odds.ts";

/** The oracle as a thread of the browser, started at the first question and anew after a failure. */
export function createWorkerOracle(): Oracle {
  let worker: Worker | undefined;
  let onAnswer: ((chance: Chance) => void) | undefined;
  let onFailure: (() => void) | undefined;

  function start(): Worker {
    const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    started.addEventListener("message", ({ data }: MessageEvent<Chance>) => onAnswer?.(data));
    started.addEventListener("error", () => {
      started.terminate();
      worker = undefined;
      onFailure?.();
    });
    return started;
  }

  return {
    ask(question, answered, failed) {
      onAnswer = answered;
      onFailure = failed;
      worker ??= start();
      worker.postMessage(question);
    },
  };
}
