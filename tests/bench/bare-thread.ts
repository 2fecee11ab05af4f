import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Interrupt } from "../../server/engine/interrupt.ts";
import type { Order, Outcome, WorkerData } from "./bare-worker.ts";
import { kernelName } from "./kernel.ts";

/** The kernel on a thread of its own, without the engine. */
export class BareThread {
  readonly #interrupt = new Interrupt();
  readonly #worker = new Worker(new URL("./bare-worker.ts", import.meta.url), {
    workerData: { interrupt: this.#interrupt.buffer, kernel: kernelName } satisfies WorkerData,
  });

  async run(order: Order): Promise<Outcome> {
    this.#interrupt.reset();
    this.#worker.postMessage(order);
    const [outcome] = await once(this.#worker, "message");
    return outcome as Outcome;
  }

  /** Candidates tried at the last poll. */
  get tried(): number {
    return this.#interrupt.tried;
  }

  interrupt(): void {
    this.#interrupt.raise();
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
