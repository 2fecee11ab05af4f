import { firstIndexOfLength, longestSecret } from "./candidate.ts";
import { scanPlainly } from "./reference.ts";
import type { Scan, ScanJob, ScanResult } from "./scan.ts";

const jobsPerLength = 5;
const mostCandidates = 1500;
// The last index is below 2^64 - 1.
const lastStart = 2n ** 64n - 1n - BigInt(mostCandidates);
const characters = "abcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Compares a kernel with the reference on random names, distances and ranges of
 * candidates of every length: some 25,000 candidates, which take 20 ms.
 *
 * @returns what is wrong, or undefined when the two agree
 */
export function selfTest(scan: Scan): string | undefined {
  for (let length = 0; length <= longestSecret; length++) {
    for (let i = 0; i < jobsPerLength; i++) {
      // One of them ends at its first match.
      const job = randomJob(length, i === 0);
      const difference = compare(
        scan(job, () => false),
        scanPlainly(job, () => false),
      );
      if (difference) return `${difference} for ${textOf(job)}`;
    }
  }
  return undefined;
}

function randomJob(length: number, isFirstIdeal: boolean): ScanJob {
  const name = Array.from({ length: below(9) + 1 }, () => characters[below(characters.length)]).join("");
  // About half of a name's characters match somewhere in most hashes.
  const listedDistance = Math.max(0, Math.ceil(name.length / 2) - below(2));
  const start = randomStart(length);
  const idealDistance = isFirstIdeal ? listedDistance : -1;
  return { name, idealDistance, listedDistance, start, count: 1 + below(mostCandidates) };
}

/** Any candidate of the length, with all of its bytes at random: a number of 53 bits has not enough of them. */
function randomStart(length: number): bigint {
  const first = firstIndexOfLength(length);
  const behind = length < longestSecret ? firstIndexOfLength(length + 1) : lastStart;
  let random = 0n;
  for (let i = 0; i < longestSecret; i++) random = (random << 8n) | BigInt(below(256));
  return first + (random % (behind - first));
}

function compare(found: ScanResult, right: ScanResult): string | undefined {
  if (found.tried !== right.tried) return `${found.tried} candidates tried instead of ${right.tried}`;
  if (found.matches.length !== right.matches.length) {
    return `${found.matches.length} matches instead of ${right.matches.length}`;
  }
  for (const part of ["indexes", "distances", "offsets", "digests"] as const) {
    if (found.matches[part].some((value, i) => value !== right.matches[part][i])) return `other ${part}`;
  }
  return undefined;
}

function textOf({ name, listedDistance, start, count }: ScanJob): string {
  return `"${name}" within ${listedDistance} in ${count} candidates from ${start}`;
}

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}
