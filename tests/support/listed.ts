import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import { scanPlainly } from "../../server/kernel/reference.ts";
import type { Clients } from "./clients.ts";

/** A search for every match of the first candidates. */
export interface ListedQuery {
  readonly name: string;
  readonly distance: number;
  /** Candidates to try, from the first. */
  readonly end: number;
}

/** The indexes of all matches, as a server streams them until the budget is spent. */
export async function listed(
  { finder }: Pick<Clients, "finder">,
  { name, distance, end }: ListedQuery,
  onMatch: (count: number) => Promise<void> = async () => {},
): Promise<number[]> {
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
    const { code, message } = ConnectError.from(error);
    assert.equal(code, Code.ResourceExhausted, message);
    return indexes;
  }
  throw new Error("the search ended without its budget's error");
}

/** The same by the reference kernel, on this thread. */
export function plainly({ name, distance, end }: ListedQuery): number[] {
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
