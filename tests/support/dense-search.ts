import { randomUUID } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import { scanPlainly } from "../../server/kernel/reference.ts";
import type { Clients } from "./clients.ts";

const name = "doctor";
const distance = 3;
const end = 3_000_000;

/** The indexes that a search with many matches lists, until its budget is spent. */
export async function denseSearch(
  { finder }: Pick<Clients, "finder">,
  onMatch: (count: number) => Promise<void> = async () => {},
): Promise<readonly number[]> {
  const indexes: number[] = [];
  const request = {
    desiredName: name,
    interestingHammingDistance: distance,
    maximumHashes: BigInt(end),
    searchId: randomUUID(),
  };
  try {
    for await (const { candidateIndex } of finder.findRange(request)) {
      await onMatch(indexes.push(Number(candidateIndex)));
    }
  } catch (error) {
    if (ConnectError.from(error).code === Code.ResourceExhausted) return indexes;
    throw error;
  }
  throw new Error("the search ended without its budget's error");
}

/** The same, as the reference finds them on this thread. */
export function plainIndexes(): readonly number[] {
  const indexes: number[] = [];
  for (let start = 0; start < end; ) {
    const job = {
      name,
      idealDistance: -1,
      listedDistance: distance,
      start: BigInt(start),
      count: end - start,
    };
    const { tried, matches } = scanPlainly(job, () => false);
    for (const index of matches.indexes) indexes.push(start + index);
    start += tried;
  }
  return indexes;
}
