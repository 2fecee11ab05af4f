import { firstIndexOfLength } from "./candidate.ts";
import { type KernelName, kernelNamed, kernelNames } from "./kernels.ts";
import type { Scan } from "./scan.ts";
import { selfTest } from "./self-test.ts";

/** The kernel to use here. */
export interface Choice {
  readonly name: KernelName;
  readonly scan: Scan;
  /** Measured for a moment on one thread, with the distance test. */
  readonly hashesPerSecond: number;
  /** Why other kernels must not be used: they gave wrong results, or none. This must be logged as an error. */
  readonly rejected: readonly { readonly name: KernelName; readonly reason: string }[];
}

/**
 * Tests each vector kernel against the reference and takes the fastest of those
 * that are right; the reference when none is. Takes about 200 ms, blocking.
 */
export function chooseKernel(make: (name: KernelName) => Scan = kernelNamed): Choice {
  const rejected: { name: KernelName; reason: string }[] = [];
  const right: Rival[] = [];
  for (const name of kernelNames) {
    // The reference decides what is right, so it is not compared with itself.
    if (name === "reference") continue;
    try {
      const scan = make(name);
      warmUp(scan);
      const reason = selfTest(scan);
      if (reason) rejected.push({ name, reason });
      else right.push({ name, scan, hashesPerSecond: 0 });
    } catch (error) {
      rejected.push({ name, reason: String(error) });
    }
  }
  if (right.length === 0) right.push({ name: "reference", scan: make("reference"), hashesPerSecond: 0 });
  return { ...fastest(right), rejected };
}

interface Rival extends Pick<Choice, "name" | "scan"> {
  hashesPerSecond: number;
}

// Whole quads of both kinds of candidates, so that all generated code runs.
const starts = [firstIndexOfLength(3) + 2n ** 20n, firstIndexOfLength(6)];
const batch = 2 ** 15;
const settledMs = 20;
const longestWarmUpMs = 300;

/**
 * Runs the kernel until it gets no faster. V8 first compiles it quickly, and later,
 * while it runs, compiles it well; a search runs the second version.
 */
function warmUp(scan: Scan): void {
  const began = performance.now();
  const best = starts.map(() => 0);
  let settledSince = began;
  for (let now = began; now - began < longestWarmUpMs && now - settledSince < settledMs; ) {
    for (const [i, start] of starts.entries()) {
      const rate = rateOf(scan, start, batch);
      if (rate > 1.2 * (best[i] ?? 0)) settledSince = performance.now();
      best[i] = Math.max(best[i] ?? 0, rate);
    }
    now = performance.now();
  }
}

const rounds = 10;
const roundMs = 1.5;

/** Compares the best of some short rounds, taken in turn, since others use the machine too. */
function fastest(rivals: readonly Rival[]): Rival {
  for (let round = 0; round < rounds; round++) {
    for (const rival of rivals) {
      const count = Math.ceil(Math.max(1024, rival.hashesPerSecond * (roundMs / 1000)));
      rival.hashesPerSecond = Math.max(rival.hashesPerSecond, rateOf(rival.scan, starts[0] as bigint, count));
    }
  }
  return rivals.reduce((best, rival) => (rival.hashesPerSecond > best.hashesPerSecond ? rival : best));
}

function rateOf(scan: Scan, start: bigint, count: number): number {
  const began = performance.now();
  const job = { name: "hash4", idealDistance: -1, listedDistance: 0, start, count };
  const { tried } = scan(job, () => false);
  return (tried / Math.max(performance.now() - began, 0.001)) * 1000;
}
