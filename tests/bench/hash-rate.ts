import { scanPlainly } from "../../server/kernel/reference.ts";
import { scanWithPlatform } from "./platform-scan.ts";
import type { Row } from "./row.ts";
import { summarize } from "./statistics.ts";

const rounds = 15;
const roundMs = 150;
const first = 1n << 24n;

/**
 * Hashes a second on one thread, with the distance test, as a ratio to the
 * platform's SHA-1 and base64 with the same test, in turn.
 */
export function hashRate(): Row[] {
  const platform: number[] = [];
  const reference: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const platformRate = rate((count) => scanWithPlatform("doctor", 0, count));
    const referenceRate = rate(
      (count) =>
        scanPlainly(
          { name: "doctor", idealDistance: -1, listedDistance: 0, start: first, count },
          () => false,
        ).tried,
    );
    // The first rounds warm the compilers up.
    if (round < 0) continue;
    platform.push(platformRate / 1e6);
    reference.push(referenceRate / 1e6);
  }
  return [
    { name: "node:crypto + distance, one thread", unit: "MH/s", summary: summarize(platform) },
    { name: "reference kernel, one thread", unit: "MH/s", summary: summarize(reference) },
    {
      name: "reference kernel against node:crypto + distance",
      unit: "times",
      summary: summarize(reference.map((value, round) => value / (platform[round] ?? Number.NaN))),
    },
  ];
}

const batch = 20_000;

function rate(scan: (count: number) => void): number {
  const started = performance.now();
  let hashes = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    scan(batch);
    hashes += batch;
    elapsed = performance.now() - started;
  }
  return (hashes / elapsed) * 1000;
}
