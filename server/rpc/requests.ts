import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import type { HashNameRequest } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { candidateSpace, fieldOf, sentence, violations } from "../../proto/rules.ts";
import type { Query } from "../search/query.ts";

/** A search as it was asked for: the id that finds its report, and what to search for. */
export interface SearchRequest {
  readonly id: string;
  readonly query: Query;
}

/**
 * The request as a query within the server's budget (0: none), with only ideal
 * matches or also the interesting ones listed.
 *
 * @throws ConnectError INVALID_ARGUMENT with a BadRequest that names every
 * violation by field
 */
export function searchRequestOf(
  request: HashNameRequest,
  lists: "ideal" | "interesting",
  maximumHashes: bigint,
): SearchRequest {
  const broken = violations(request).map((violation) => ({
    field: fieldOf[violation.rule],
    description: sentence(violation),
  }));
  if (broken.length > 0) throw invalid(broken);
  const { desiredName, idealHammingDistance, interestingHammingDistance, startIndex } = request;
  const budget = smallest(request.maximumHashes, maximumHashes);
  const budgetEnd = startIndex + budget;
  const budgeted = budget > 0n && budgetEnd < candidateSpace;
  return {
    id: request.searchId.toLowerCase() || randomUUID(),
    query: {
      name: desiredName,
      idealDistance: idealHammingDistance,
      listedDistance:
        lists === "ideal" ? idealHammingDistance : Math.max(idealHammingDistance, interestingHammingDistance),
      start: startIndex,
      end: budgeted ? budgetEnd : candidateSpace,
      budgeted,
    },
  };
}

/** INVALID_ARGUMENT with each field's violation; its message is their sentences. */
export function invalid(broken: readonly { field: string; description: string }[]): ConnectError {
  const message = broken.map(({ description }) => description).join(" ");
  const details = create(BadRequestSchema, { fieldViolations: [...broken] });
  return new ConnectError(message, Code.InvalidArgument, undefined, [
    { desc: BadRequestSchema, value: details },
  ]);
}

/** The smaller of two budgets, 0 meaning none. */
function smallest(a: bigint, b: bigint): bigint {
  if (a === 0n) return b;
  if (b === 0n) return a;
  return a < b ? a : b;
}
