import { scanPlainly } from "../../server/kernel/reference.ts";
import { kernel } from "./kernel.ts";
import { createdHash, oneShotHash, platformMHs } from "./platform-scan.ts";
import { interleaved, paired } from "./rounds.ts";
import type { Row } from "./row.ts";
import { scanMHs } from "./scan-rate.ts";
import { summarize } from "./statistics.ts";
import { UnpairedKernel } from "./unpaired-kernel.ts";

const rounds = 12;

const queries: readonly (readonly [name: string, distance: number])[] = [
  ["doctor", 0],
  ["doctor", 1],
  ["hashfinder", 3],
];

/** What V8's pairing of vectors for AVX2 brings at least where it works. */
const leastGainOfPairs = 1.3;

/**
 * Hashes a second on one thread, with the distance test, as a ratio to the
 * platform's SHA-1 and base64 with the same test, in turn. The goal is against
 * createHash, on which its figures were taken.
 */
export async function kernelRate(): Promise<Row[]> {
  const unpaired = new UnpairedKernel();
  try {
    const rows: Row[] = [];
    for (const [name, distance] of queries) rows.push(...(await ofQuery(unpaired, name, distance)));
    return rows;
  } finally {
    unpaired.close();
  }
}

async function ofQuery(unpaired: UnpairedKernel, name: string, distance: number): Promise<Row[]> {
  const values = await interleaved(
    { rounds, warmUps: 2 },
    {
      created: () => platformMHs(createdHash, name, distance),
      oneShot: () => platformMHs(oneShotHash, name, distance),
      reference: () => scanMHs(scanPlainly, name, distance),
      unpaired: () => unpaired.measure({ name, distance }),
      kernel: () => scanMHs(kernel, name, distance),
    },
  );
  const query = `${name} at ${distance}`;
  const rate = (what: string, of: keyof typeof values): Row => ({
    name: `${what}, ${query}, one thread`,
    unit: "MH/s",
    better: "more",
    summary: summarize(values[of]),
  });
  const against = (what: string, of: keyof typeof values): Row => ({
    name: `kernel in use against ${what}, ${query}`,
    unit: "times",
    better: "more",
    summary: summarize(paired(values.kernel, values[of])),
  });
  const gain = against("itself without AVX2 pairs", "unpaired");
  const goal = gain.summary.median >= leastGainOfPairs ? 90 : 45;
  return [
    rate("createHash + distance", "created"),
    rate("one-shot hash + distance", "oneShot"),
    rate("reference kernel", "reference"),
    rate("kernel in use", "kernel"),
    gain,
    { ...against("createHash + distance", "created"), goals: [{ of: "median", value: goal }] },
    against("one-shot hash + distance", "oneShot"),
  ];
}
