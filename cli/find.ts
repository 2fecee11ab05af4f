import { randomUUID } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import { outcomeOf } from "../client/outcome.ts";
import type { HashNameResponse } from "../proto/gen/hash_name/hash_name_pb.ts";
import type { Connection } from "./connection.ts";
import { type Ending, reportIn } from "./ending.ts";
import type { Options } from "./options.ts";
import type { Output } from "./output.ts";
import { nextIndexAfter, type Printed } from "./printed.ts";
import type { ProgressLine } from "./progress-line.ts";
import { askForProof } from "./proof.ts";
import type { Stops } from "./stops.ts";

interface Surroundings {
  readonly connection: Connection;
  readonly output: Output;
  readonly progress: ProgressLine;
  readonly stops: Stops;
}

/** A search's end, and where it is continued: undefined where that is not known. */
export interface Ended {
  readonly ending: Ending;
  readonly nextIndex: bigint | undefined;
}

/** Carries a search to its end and prints its matches as they come. Never throws. */
export async function find(options: Options, surroundings: Surroundings): Promise<Ended> {
  let printed: Printed = { count: 0n, last: undefined };
  const ending = await endingAfter(options, surroundings, (match) => {
    printed = { count: printed.count + 1n, last: match };
  });
  const report = reportIn(ending);
  return { ending, nextIndex: report && nextIndexAfter(report, printed) };
}

async function endingAfter(
  options: Options,
  surroundings: Surroundings,
  onPrint: (match: HashNameResponse) => void,
): Promise<Ending> {
  const { connection, output, progress, stops } = surroundings;
  const searchId = randomUUID();
  const startedAtMs = performance.now();
  // Leaving a `for await` does not cancel the call, this does.
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, stops.signal, output.closed]);
  progress.follow(connection.activity, searchId, signal);
  let isHeard = false;
  try {
    let last: HashNameResponse | undefined;
    const calls = call(connection, options, { searchId, signal, onHeader: () => (isHeard = true) });
    for await (const match of calls) {
      progress.clear();
      onPrint(match);
      last = match;
      await output.match(match, signal);
    }
    if (last !== undefined && last.hammingDistance <= options.idealDistance) {
      return { kind: "found", elapsedMs: performance.now() - startedAtMs };
    }
    return { kind: "failure", fact: "It ended the search without a match.", report: undefined };
  } catch (thrown) {
    if (output.closed.aborted) return { kind: "output-closed" };
    if (stops.by !== undefined) {
      const proof = await askForProof(connection.reports, searchId, `stopped by ${stops.by} in a terminal`);
      return { kind: "stopped", by: stops.by, proof };
    }
    return await endingOf(thrown, { connection, searchId, isHeard });
  } finally {
    controller.abort();
  }
}

interface Call {
  readonly searchId: string;
  readonly signal: AbortSignal;
  onHeader(): void;
}

async function* call(
  { finder }: Connection,
  options: Options,
  { searchId, signal, onHeader }: Call,
): AsyncIterable<HashNameResponse> {
  const { name, idealDistance, interestingDistance, startIndex, maximumHashes, maximumMs } = options;
  const request = {
    desiredName: name,
    idealHammingDistance: idealDistance,
    interestingHammingDistance: interestingDistance ?? 0,
    searchId,
    startIndex,
    maximumHashes,
  };
  const settings = { signal, onHeader, ...(maximumMs > 0 && { timeoutMs: maximumMs }) };
  if (interestingDistance === undefined) yield await finder.find(request, settings);
  else yield* finder.findRange(request, settings);
}

interface Asked {
  readonly connection: Connection;
  readonly searchId: string;
  readonly isHeard: boolean;
}

/** The one map from what a call threw to what it means at a terminal. */
async function endingOf(thrown: unknown, { connection, searchId, isHeard }: Asked): Promise<Ending> {
  const outcome = outcomeOf(thrown);
  const { code, rawMessage: fact, cause } = ConnectError.from(thrown);
  if (code === Code.Unauthenticated) return { kind: "unauthenticated" };
  const broken = { kind: isHeard ? "lost" : "unreachable", fact: inOneLine(fact) } as const;
  switch (outcome.kind) {
    case "deadline": {
      if (outcome.report !== undefined) return outcome;
      // This side's clock was first: the server knows where to continue.
      const proof = await askForProof(connection.reports, searchId, "the time limit was reached");
      return { kind: "deadline", report: proof.report };
    }
    // Nobody here has cancelled it.
    case "cancelled":
      return broken;
    case "lost": {
      const { proxyStatus: status } = outcome;
      if (status === undefined) return broken;
      // After its timeout the server is still there, and knows where to continue.
      const isTimeout = status === 504;
      const proof = isTimeout && (await askForProof(connection.reports, searchId, "a proxy's timeout"));
      return { kind: "proxy", status, report: proof ? proof.report : undefined };
    }
    case "failure":
      // What the server says has no cause on this side.
      return cause === undefined ? { ...outcome, fact } : broken;
    default:
      return outcome;
  }
}

/** OpenSSL says where in its sources it failed, and ends its lines. */
function inOneLine(fact: string): string {
  const ofTls = /:SSL routines:[^:]*:([^:]+)/.exec(fact)?.[1];
  return ofTls === undefined ? fact.trim().replace(/\.$/, "") : `TLS says "${ofTls}"`;
}
