import { type KernelName, kernelNamed } from "../../server/kernel/kernels.ts";
import { scanMHs } from "./scan-rate.ts";

/** What the process is asked to measure. */
export interface Measurement {
  readonly name: string;
  readonly distance: number;
}

// The entry of a process whose V8 pairs no vectors, since that is set for a
// whole process. It must not import kernel.ts, which asks V8 to.
const scan = kernelNamed(process.argv[2] as KernelName);
process.on("message", ({ name, distance }: Measurement) => {
  process.send?.(scanMHs(scan, name, distance));
});
