import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Whom the server has to do with besides the callers whose waiting is measured. */
export type Crowd =
  | "nobody"
  | "1 fast reader"
  | "12 fast readers"
  | "12 slow readers"
  | "12 stalled readers"
  | "readers that are reset"
  | "30 random clients";

/** What the thread is told. */
export interface LoadOrder {
  readonly port: number;
  readonly crowd: Crowd;
  readonly seed: number;
}

/** What it did, which shows that there was a load. */
export interface LoadReport {
  readonly calls: number;
  readonly megabytes: number;
  /** Of the reader that is alone, each second. */
  readonly messagesPerSecond: readonly number[];
}

/** A crowd on a thread of its own, so that its reading does not delay what is measured. */
export class Load {
  readonly #worker: Worker;

  readonly #report: Promise<LoadReport>;

  private constructor(worker: Worker) {
    this.#worker = worker;
    // Rejects when the thread fails, which `stop` tells.
    this.#report = once(worker, "message").then(([report]) => report as LoadReport);
    this.#report.catch(() => {});
  }

  /** Resolves when the load is there. */
  static async start(order: LoadOrder): Promise<Load> {
    const worker = new Worker(new URL("./load-thread.ts", import.meta.url), { workerData: order });
    await once(worker, "message");
    return new Load(worker);
  }

  /** Resolves when every connection is closed. */
  async stop(): Promise<LoadReport> {
    this.#worker.postMessage("stop");
    return await this.#report;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
