import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import { Engine } from "./engine/engine.ts";
import { ThreadPool } from "./engine/thread-pool.ts";
import { chooseKernel } from "./kernel/choose.ts";
import { type KernelName, revectorizeFlag } from "./kernel/kernels.ts";
import type { Reloads } from "./reloads.ts";
import type { Telemetry } from "./telemetry.ts";
import { upstreamWorkers } from "./upstream-workers.ts";

// In megabytes. V8's own 16 and more let the main thread and each worker keep tens
// of megabytes of garbage: a process that answered 2,500 searches had 239 MB
// instead of 211, at the same speed.
const smallNurseriesFlag = "--max-semi-space-size=4";

/** What workers compute with, and how fast each is where that was measured. */
export interface ChosenKernel {
  readonly name: KernelName;
  readonly hashesPerSecond?: number;
}

/** Whatever computes for this server. */
export interface Computing {
  readonly engine: Engine;
  readonly kernel: ChosenKernel;
  /** Of all workers together, without those of other servers. 0: not measured. */
  readonly expectedHashesPerSecond: number;
  /** Of the servers that it computes through. */
  readonly upstreamInstances: () => readonly string[];
}

export interface ComputingOptions {
  readonly serverInstance: string;
  readonly reloads: Reloads;
  readonly telemetry: Telemetry;
}

/** Starts the threads, and looks for the other servers. */
export function computing(
  config: Config,
  { serverInstance, reloads, telemetry }: ComputingOptions,
): Computing {
  // Before any thread is made: both hold for the whole process.
  setFlagsFromString(revectorizeFlag);
  setFlagsFromString(smallNurseriesFlag);
  const { log } = telemetry;
  const kernel = chosenKernel(config, log);
  const threads = new ThreadPool({
    size: config.workers,
    kernel: kernel.name,
    onCrash: (error) => telemetry.workerCrashed(error),
  });
  const remote = upstreamWorkers(config, { serverInstance, reloads, log });
  return {
    engine: new Engine(threads, remote),
    kernel,
    expectedHashesPerSecond: expectedTogether(kernel, config.workers),
    upstreamInstances: () => remote.instances,
  };
}

/** The kernel asked for, or the fastest that is right on this machine. */
function chosenKernel({ kernel }: Config, log: Logger): ChosenKernel {
  if (kernel !== "auto") return { name: kernel };
  const { name, hashesPerSecond, rejected } = chooseKernel();
  for (const { name: wrong, reason } of rejected) {
    log.error({ kernel: wrong, reason }, "a kernel is not used: it does not agree with the reference");
  }
  return { name, hashesPerSecond };
}

/** Those beyond the cores add nothing. */
function expectedTogether({ hashesPerSecond = 0 }: ChosenKernel, workers: number): number {
  return hashesPerSecond * Math.min(workers, availableParallelism());
}
