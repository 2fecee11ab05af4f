import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { Interrupt } from "../../server/engine/interrupt.ts";
import { type KernelName, kernelNamed } from "../../server/kernel/kernels.ts";
import { candidatesPerPoll, type ScanJob } from "../../server/kernel/scan.ts";

export interface WorkerData {
  /** Memory of the thread's Interrupt. */
  readonly interrupt: SharedArrayBuffer;
  readonly kernel: KernelName;
}

/** What a bare thread is asked to do. */
export interface Order {
  readonly job: ScanJob;
  /** Candidates between two looks at the interrupt; without it there is none. */
  readonly batch?: number;
}

export interface Outcome {
  readonly tried: number;
  readonly tookMs: number;
}

// The entry of a thread that runs the kernel and nothing of the engine.
if (!parentPort) throw new Error("bare-worker.ts runs only as a worker thread");
const port = parentPort;
const { interrupt: memory, kernel } = workerData as WorkerData;
const interrupt = new Interrupt(memory);
const scan = kernelNamed(kernel);

// As the engine's threads do, so that both yield alike to whatever else runs.
try {
  setPriority(19);
} catch {}

port.on("message", ({ job, batch }: Order) => {
  const started = performance.now();
  const tried = batch === undefined ? scan(job, () => false).tried : scanInBatches(job, batch);
  port.postMessage({ tried, tookMs: performance.now() - started } satisfies Outcome);
});

/** Larger batches skip some of the kernel's polls, smaller ones are scans of their own. */
function scanInBatches(job: ScanJob, batch: number): number {
  let tried = 0;
  if (batch >= candidatesPerPoll) {
    const poll = (triedNow: number): boolean => {
      if (triedNow < tried + batch) return false;
      tried = triedNow;
      return interrupt.poll(tried);
    };
    return scan(job, poll).tried;
  }
  while (tried < job.count && !interrupt.poll(tried)) {
    const count = Math.min(batch, job.count - tried);
    tried += scan({ ...job, start: job.start + BigInt(tried), count }, () => false).tried;
  }
  return tried;
}
