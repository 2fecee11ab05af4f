import { firstIndexOfLength, lengthAt } from "../candidate.ts";
import { maximumMatches, type Scan, type ScanJob } from "../scan.ts";
import { sha1 } from "../sha1.ts";
import { kindsOfName } from "../symbols.ts";
import { Batch } from "./batch.ts";
import { type FilterPlan, planFilter } from "./filter-plan.ts";
import { prefixesPerBatch, prefixesPerQuad } from "./layout.ts";
import { Machine, type Shape } from "./machine.ts";
import { Sieve } from "./sieve.ts";

const firstPrefixes = 8;

/**
 * A scan with vector instructions. It gives the same results as the reference, only
 * faster: batches of up to 2^14 candidates are hashed and filtered, and those that
 * the filter lets through are looked at exactly.
 *
 * It keeps 0.6 MB of memory; scans on it must not overlap.
 */
export function simdScan(shape: Shape): Scan {
  const batch = new Batch(new Machine(shape));
  const planOf = rememberPlans();
  return (job, poll) => {
    const plan = planOf(job);
    const sieve = new Sieve(job);
    const most = mostPrefixes(plan);
    // Batches double, so that a search that ends soon does not pay for a whole one.
    let prefixes = Math.min(firstPrefixes, most);
    let tried = 0;
    while (tried < job.count) {
      const index = job.start + BigInt(tried);
      const length = lengthAt(index);
      if (length === 0) {
        sha1(new Uint8Array(0), sieve.digest);
        tried = 1;
        if (sieve.isLast(0)) break;
        continue;
      }
      const rank = index - firstIndexOfLength(length);
      const skipped = Number(rank & 0xffn);
      const left = Math.min(job.count - tried, Number(firstIndexOfLength(length + 1) - index));
      const size = Math.min(left, 256 * prefixes - skipped);
      const hashed = 2 * Math.ceil((skipped + size) / 512);
      batch.hash(length, rank >> 8n, hashed);
      const ended = sift(batch, plan && batch.survivors(hashed, plan), sieve, { skipped, size, tried });
      tried += ended ?? size;
      if (ended !== undefined || poll(tried)) break;
      prefixes = Math.min(2 * prefixes, most);
    }
    return { tried, matches: sieve.take() };
  };
}

/** The candidates of a batch that belong to the scan. */
interface Part {
  /** Candidates of the batch before the first of them. */
  readonly skipped: number;
  readonly size: number;
  /** Candidates of the scan before them. */
  readonly tried: number;
}

/**
 * Looks at the survivors, or at all candidates when there is no filter.
 *
 * @returns how many candidates were tried when the scan ends among them
 */
function sift(
  batch: Batch,
  survivors: Uint32Array | undefined,
  sieve: Sieve,
  part: Part,
): number | undefined {
  const { skipped, size, tried } = part;
  const candidates = survivors?.length ?? size;
  for (let i = 0; i < candidates; i++) {
    const position = survivors ? (survivors[i] as number) - skipped : i;
    if (position < 0) continue;
    if (position >= size) break;
    batch.digest(skipped + position, sieve.digest);
    if (sieve.isLast(tried + position)) return position + 1;
  }
  return undefined;
}

/** How many prefixes bring about as many matches as the list can hold: more would be hashed in vain. */
function mostPrefixes(plan: FilterPlan | undefined): number {
  const wanted = maximumMatches / (plan?.rate ?? 1) / 256;
  return Math.min(prefixesPerBatch, prefixesPerQuad * Math.ceil(wanted / prefixesPerQuad));
}

const mostPlans = 64;

/** Keeps the filters of the latest queries, since slices of several searches alternate. */
function rememberPlans(): (job: ScanJob) => FilterPlan | undefined {
  const plans = new Map<string, FilterPlan | undefined>();
  return ({ name, listedDistance }) => {
    const key = `${listedDistance} ${name}`;
    if (!plans.has(key)) {
      if (plans.size === mostPlans) plans.clear();
      plans.set(key, planFilter(kindsOfName(name), listedDistance));
    }
    return plans.get(key);
  };
}
