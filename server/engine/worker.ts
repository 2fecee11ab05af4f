import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { type KernelName, kernelNamed } from "../kernel/kernels.ts";
import type { ScanJob } from "../kernel/scan.ts";
import { Interrupt } from "./interrupt.ts";

/** What a worker thread is started with. */
export interface WorkerData {
  readonly interrupt: SharedArrayBuffer;
  readonly kernel: KernelName;
}

// The entry of a worker thread: one scan after the other, for as long as the
// process lives.
if (!parentPort) throw new Error("worker.ts runs only as a worker thread");
const port = parentPort;
const data = workerData as WorkerData;
const interrupt = new Interrupt(data.interrupt);
const scan = kernelNamed(data.kernel);

// On Linux this lowers the one thread, so that the main thread sees an abort
// even when every core is busy. Elsewhere it may be refused: then all threads
// are equal.
try {
  setPriority(19);
} catch {}

port.on("message", (job: ScanJob) => {
  const result = scan(job, (tried) => interrupt.poll(tried));
  const { indexes, distances, offsets, digests } = result.matches;
  port.postMessage(result, [indexes.buffer, distances.buffer, offsets.buffer, digests.buffer]);
});
