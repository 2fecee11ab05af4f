import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { type KernelName, kernelNamed } from "../kernel/kernels.ts";
import type { ScanJob } from "../kernel/scan.ts";
import { packMatches } from "../matches/pack.ts";
import { transferOf } from "../matches/packed-matches.ts";
import { Interrupt } from "./interrupt.ts";
import type { SliceResult } from "./workers.ts";

/** What a worker thread is started with. */
export interface WorkerData {
  readonly interrupt: SharedArrayBuffer;
  readonly kernel: KernelName;
}

/** A slice, numbered among those of its thread. */
export interface ThreadJob extends ScanJob {
  readonly slice: number;
}

// The entry of a worker thread: one scan after the other, for as long as the
// process lives.
if (!parentPort) throw new Error("thread.ts runs only as a worker thread");
const port = parentPort;
const data = workerData as WorkerData;
const interrupt = new Interrupt(data.interrupt);
const scan = kernelNamed(data.kernel);

// On Linux this lowers the one thread, so that the main thread sees an abort
// even when every core is busy. Elsewhere a priority is the whole process's.
if (process.platform === "linux") lowerPriority();

port.on("message", (job: ThreadJob) => {
  const began = performance.now();
  const { tried, matches } = scan(job, (tried) => interrupt.poll(tried));
  const packed = packMatches(matches, job.start, job.idealDistance);
  const result: SliceResult = { tried, matches: packed, tookMs: performance.now() - began };
  interrupt.leave(job.slice);
  port.postMessage(result, transferOf(packed));
});

/** It may be refused: then all threads are equal. */
function lowerPriority(): void {
  try {
    setPriority(19);
  } catch {}
}
