import { parentPort, workerData } from "node:worker_threads";
import { type KernelName, kernelNamed, kernelNames } from "../../server/kernel/kernels.ts";
import type { Scan } from "../../server/kernel/scan.ts";
import { hashOf, matchOf } from "./oracle.ts";

export interface Difference {
  readonly kernel: KernelName;
  readonly query: string;
  readonly index: number;
  readonly detail: string;
}

export interface Swept {
  readonly matches: number;
  readonly differences: readonly Difference[];
}

type Query = readonly [name: string, distance: number];

// Exact and far, letters, digits, signs and padding, rare, impossible, whole hashes.
const queries: readonly Query[] = [
  ["doctor", 0],
  ["Doctor", 2],
  ["foo", 1],
  ["zz", 0],
  ["4+", 0],
  ["x9/=", 0],
  ["a0=", 1],
  ["Hash/Finder", 7],
  ["0123456789abcdefghijklmnopq=", 24],
];
/** Most candidates match: listing them all takes too long for more than some chunks. */
const denseQueries: readonly Query[] = [
  ["z", 0],
  ["abc", 3],
];
const denseEvery = 32;
const chunk = 50_000;
const mostDifferences = 20;

const { worker, workers, candidates } = workerData as {
  worker: number;
  workers: number;
  candidates: number;
};
const kernels = kernelNames
  .filter((name) => name !== "reference")
  .map((name) => ({ name, scan: kernelNamed(name) }));

let matches = 0;
const differences: Difference[] = [];
for (let start = worker * chunk; start < candidates; start += workers * chunk) {
  sweep(start, Math.min(chunk, candidates - start));
  if (differences.length >= mostDifferences) break;
}
parentPort?.postMessage({ matches, differences } satisfies Swept);

function sweep(start: number, count: number): void {
  const asked = start % (chunk * denseEvery) === 0 ? [...queries, ...denseQueries] : queries;
  const right = asked.map((): string[] => []);
  for (let index = start; index < start + count; index++) {
    const hash = hashOf(index);
    const text = hash.toLowerCase();
    for (const [query, [name, distance]] of asked.entries()) {
      const match = matchOf(name.toLowerCase(), distance, text);
      if (match) right[query]?.push(lineOf(index, match.distance, match.offset, hash));
    }
  }
  for (const [query, [name, distance]] of asked.entries()) {
    const expected = right[query] ?? [];
    matches += expected.length;
    for (const kernel of kernels) {
      const found = scanAll(kernel.scan, name, distance, start, count);
      const wrong = found.findIndex((line, i) => line !== expected[i]);
      if (wrong < 0 && found.length === expected.length) continue;
      const position = wrong < 0 ? found.length : wrong;
      differences.push({
        kernel: kernel.name,
        query: `${name} within ${distance}`,
        index: start,
        detail: `found ${found[position]}, expected ${expected[position]}`,
      });
    }
  }
}

/** Every match in a range, though a scan returns when its list is full. */
function scanAll(scan: Scan, name: string, distance: number, from: number, count: number): string[] {
  const lines: string[] = [];
  for (let done = 0; done < count; ) {
    const job = { name, idealDistance: -1, listedDistance: distance };
    const { tried, matches } = scan({ ...job, start: BigInt(from + done), count: count - done }, () => false);
    for (let i = 0; i < matches.length; i++) {
      const digest = Buffer.from(matches.digests.buffer, 20 * i, 20).toString("base64");
      const index = from + done + (matches.indexes[i] as number);
      lines.push(lineOf(index, matches.distances[i] as number, matches.offsets[i] as number, digest));
    }
    done += tried;
  }
  return lines;
}

function lineOf(index: number, distance: number, offset: number, hash: string): string {
  return `${index} ${hash} ${distance}@${offset}`;
}
