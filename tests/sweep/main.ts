import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { firstIndexOfLength } from "../../server/kernel/candidate.ts";
import { revectorizeFlag } from "../../server/kernel/kernels.ts";
import type { Swept } from "./worker.ts";

// Compares the vector kernels with node:crypto and a distance of texts, on all
// candidates of 0 to 3 bytes, for names and distances of every sort. A minute
// of two cores. `-- --plain` leaves V8's revectorizer off.
if (!process.argv.includes("--plain")) setFlagsFromString(revectorizeFlag);
const workers = availableParallelism();
const candidates = Number(firstIndexOfLength(4));
const began = performance.now();
const results = await Promise.all(Array.from({ length: workers }, (_, worker) => sweep(worker)));

const differences = results.flatMap(({ differences }) => differences);
const matches = results.reduce((sum, { matches }) => sum + matches, 0);
for (const { kernel, query, index, detail } of differences.slice(0, 20)) {
  console.error(`${kernel}, "${query}", candidate ${index}: ${detail}`);
}
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`${candidates} candidates, ${matches} matches, ${differences.length} differences, ${seconds} s`);
process.exitCode = differences.length > 0 ? 1 : 0;

function sweep(worker: number): Promise<Swept> {
  const { promise, resolve, reject } = Promise.withResolvers<Swept>();
  const thread = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: { worker, workers, candidates },
  });
  thread.once("message", resolve);
  thread.once("error", reject);
  return promise;
}
