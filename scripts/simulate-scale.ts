// What gives first when machines are added, computed from what the bench measured:
//   npm run bench:machines -- --json FILE; node scripts/simulate-scale.ts --measured FILE
import { readFileSync } from "node:fs";
import { besideStraggler, coordinate } from "./scale-model.ts";

interface Measured {
  readonly environment: Readonly<Record<string, unknown>>;
  readonly rows: readonly { readonly name: string; readonly summary: { readonly median: number } }[];
}

// server/cluster/remote-workers.ts: time of a range.
const rangeMs = 300;
// Beyond it, what arrives waits longer than it is worked on.
const fullShare = 0.7;
// An assumption, not a measurement: a virtual core of a large provider, on demand.
const dollarsACoreHour = 0.04;
const coresOf = [10, 100, 200, 400, 1000, 10_000, 100_000];

const { environment, rows } = measured();
const coordinatorMs = median("coordinator CPU a range, 64 fake seats of one server");
const megahashes = median("2 threads in one process") / 2;
const seatsEach = Math.floor((fullShare * rangeMs) / coordinatorMs);

console.log(`Measured: ${Object.values(environment).join(", ")}`);
console.log(`  coordinator CPU a range   ${coordinatorMs.toFixed(2)} ms`);
console.log(`  a core                    ${megahashes.toFixed(1)} MH/s`);
console.log(`Computed from it, Node ${process.versions.node}:`);
console.log(
  `  coordinator CPU per 1,000 remote cores  ${((1000 / rangeMs) * coordinatorMs).toFixed(2)} cores`,
);
console.log(`  seats of one coordinator, ${100 * fullShare} % busy   ${seatsEach}`);
const seconds = 1000 / megahashes;
console.log(`  10^9 hashes                             ${seconds.toFixed(1)} core seconds`);
console.log(
  `  at ${dollarsACoreHour} dollars a core hour (assumed)      ${((seconds / 3600) * dollarsACoreHour).toExponential(1)} dollars`,
);

console.log("\nOne coordinator: share of the cores that computes, its own load, waiting for its turn");
for (const seats of coresOf) {
  const { computing, coordinatorBusy, waitMs } = coordinate({ seats, rangeMs, coordinatorMs });
  console.log(
    `  ${padded(seats)} cores  ${percent(computing)} compute  coordinator ${percent(coordinatorBusy)}  wait ${waitMs[0].toFixed(1)} ms, p99 ${waitMs[1].toFixed(1)} ms  all heard after a Stop ${((seats * coordinatorMs) / 1000).toFixed(2)} s at most`,
  );
}

console.log("\nThe same with longer ranges");
for (const longerMs of [500, 1000, 5000]) {
  const { computing } = coordinate({ seats: 1000, rangeMs: longerMs, coordinatorMs });
  console.log(`  ${padded(1000)} cores, ranges of ${longerMs} ms  ${percent(computing)} compute`);
}

console.log("\nA tree whose middle splits its range over its own seats (not built: today it passes each on)");
for (const seats of coresOf) {
  const levels = Math.max(1, Math.ceil(Math.log(seats) / Math.log(seatsEach)));
  const fanOut = Math.ceil(seats ** (1 / levels));
  const { computing } = coordinate({ seats: fanOut, rangeMs, coordinatorMs });
  console.log(
    `  ${padded(seats)} cores  ${levels} level${levels > 1 ? "s" : ""} of ${fanOut}  ${percent(computing ** levels)} compute  all heard after a Stop ${((levels * fanOut * coordinatorMs) / 1000).toFixed(2)} s at most`,
  );
}

console.log(
  "\nOne slow machine among others behind one address, which have one rate, dense matches: what is left of the speed, by window",
);
for (const seats of [4, 64, 1000]) {
  const left = [3, 10, 30].map(
    (times) => `${times} times as slow ${percent(besideStraggler(seats, 2 * seats + 2, times))}`,
  );
  const wide = percent(besideStraggler(seats, 8 * seats, 10));
  console.log(
    `  ${padded(seats)} machines, window 2 n + 2: ${left.join(", ")}; window 8 n: 10 times as slow ${wide}`,
  );
}

function measured(): Measured {
  const at = process.argv.indexOf("--measured");
  const file = at < 0 ? undefined : process.argv[at + 1];
  if (file === undefined) {
    console.error(
      "Say what was measured: --measured FILE, written by npm run bench:machines -- --json FILE.",
    );
    process.exit(1);
  }
  return JSON.parse(readFileSync(file, "utf8")) as Measured;
}

function median(name: string): number {
  const row = rows.find((row) => row.name === name);
  if (row) return row.summary.median;
  console.error(`There is no row "${name}" among what was measured: run npm run bench:machines again.`);
  process.exit(1);
}

function padded(value: number): string {
  return value.toLocaleString("en").padStart(8);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0).padStart(4)} %`;
}
