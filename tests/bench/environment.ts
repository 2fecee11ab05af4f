import { availableParallelism, cpus, totalmem } from "node:os";
import { kernelName } from "./kernel.ts";

/** The machine and the versions that figures hold for. */
export interface Environment {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  readonly v8: string;
  /** The kernel in use. */
  readonly kernel: string;
  readonly date: string;
}

/** The ones here and now. */
export function environment(): Environment {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
    kernel: kernelName,
    date: new Date().toISOString(),
  };
}

/** In one line. */
export function described(here: Environment): string {
  const { processor, cores, memoryGiB, platform, node, v8, kernel, date } = here;
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node} (V8 ${v8}), ${kernel} kernel, ${date}`;
}
