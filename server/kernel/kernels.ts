import { scanPlainly } from "./reference.ts";
import type { Scan } from "./scan.ts";
import { simdScan } from "./simd/simd.ts";

/**
 * A flag of V8 for `v8.setFlagsFromString`, to be set before anything here is
 * called. It joins two 128-bit operations into one of AVX2 and doubles the speed
 * of the vector kernels. It is experimental, which is why kernels are tested at
 * every start. Without AVX2 it changes nothing.
 */
export const revectorizeFlag = "--experimental-wasm-revectorize";

const makers = {
  "simd-x4": () => simdScan(2),
  "simd-x2": () => simdScan(1),
  reference: () => scanPlainly,
} as const satisfies Record<string, () => Scan>;

/** The name of a kernel: "simd-x4" works on four vectors of 128 bits at a time. */
export type KernelName = keyof typeof makers;

/** From the one that is the fastest on most machines to the slowest. */
export const kernelNames = Object.keys(makers) as readonly KernelName[];

/**
 * Makes a kernel with memory of its own, so each thread needs one. V8 shares code that
 * another thread has compiled already.
 */
export function kernelNamed(name: KernelName): Scan {
  return makers[name]();
}
