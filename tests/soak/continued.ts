import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import { SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { type ListedQuery, plainly } from "../support/listed.ts";
import { type Caller, connected, heard, reportAfter } from "./caller.ts";

// From where the reader is the limit to where the workers are; without an ideal match,
// which would end them.
const queries: readonly ListedQuery[] = [
  { name: "doctor", distance: 5, end: 40_000 },
  { name: "doctor", distance: 4, end: 200_000 },
  { name: "doctor", distance: 3, end: 600_000 },
];

/** What an uninterrupted search must find, by the reference. Takes some seconds. */
export function references(): readonly {
  readonly query: ListedQuery;
  readonly indexes: readonly number[];
}[] {
  return queries.map((query) => ({ query, indexes: plainly(query) }));
}

/**
 * Searches to an end, from where it was after each break: by the caller, by its
 * connection, by a machine that computes, or by the server. What was found in all pieces
 * together must be what the reference finds.
 */
export async function continuedSearch(caller: Caller, wanted: ReturnType<typeof references>): Promise<void> {
  const { random, signal, journal } = caller;
  const { query, indexes } = random.pick(wanted);
  const found: number[] = [];
  let next = 0;
  let pieces = 0;
  while (next < query.end) {
    // What was begun is not finished when there is to be silence.
    if (signal.aborted) return;
    pieces++;
    const searchId = randomUUID();
    const piece = await searchPiece(caller, query, { searchId, next, found });
    if (piece.isDone) break;
    const report = await reportAfter(caller, searchId);
    const last = found.at(-1);
    if (piece.nextIndex !== undefined) next = piece.nextIndex;
    else if (report && report.matchesSent <= piece.received) next = Math.max(next, Number(report.nextIndex));
    else if (piece.received > 0 && last !== undefined) next = last + 1;
    if (!report) await pause(random.int(20, 200));
  }
  journal.count("continued searches that were complete");
  journal.count("pieces of continued searches", pieces);
  if (found.length === indexes.length && found.every((index, i) => index === indexes[i])) return;
  const wrong = indexes.findIndex((index, i) => found[i] !== index);
  journal.fail(
    `a search for ${query.name} within ${query.distance}, in ${pieces} pieces, found ${found.length} matches instead of ${indexes.length}: match ${wrong} is ${found[wrong]} instead of ${indexes[wrong]}`,
  );
}

interface Piece {
  readonly received: number;
  readonly isDone: boolean;
  /** Where the server's last word says that it goes on. */
  readonly nextIndex: number | undefined;
}

async function searchPiece(
  caller: Caller,
  { name, distance, end }: ListedQuery,
  { searchId, next, found }: { searchId: string; next: number; found: number[] },
): Promise<Piece> {
  const { random, journal, web } = caller;
  const stop = new AbortController();
  const stopsAfter = random.chance(0.7) ? random.int(1, 20_000) : Number.POSITIVE_INFINITY;
  let received = 0;
  try {
    const { clients } = connected(caller, web.now);
    const request = {
      desiredName: name,
      interestingHammingDistance: distance,
      startIndex: BigInt(next),
      maximumHashes: BigInt(end - next),
      searchId,
    };
    for await (const { candidateIndex } of clients.finder.findRange(request, { signal: stop.signal })) {
      found.push(Number(candidateIndex));
      if (++received === stopsAfter) stop.abort();
    }
    return { received, isDone: true, nextIndex: undefined };
  } catch (error) {
    const known = heard(journal, "pieces", error);
    const [report] = known.findDetails(SearchReportSchema);
    if (report) journal.ended(searchId, report.ending);
    const nextIndex = report && BigInt(received) >= report.matchesSent ? Number(report.nextIndex) : undefined;
    return { received, isDone: known.code === Code.ResourceExhausted && nextIndex === end, nextIndex };
  } finally {
    stop.abort();
  }
}
