import { ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../../proto/gen/google/rpc/error_details_pb.ts";
import { LimitedCalls, LimitScope, RefusalSchema } from "../../../proto/gen/hash_name/v1/refusal_pb.ts";
import { Ending, SearchReportSchema } from "../../../proto/gen/hash_name/v1/search_report_pb.ts";
import { millisecondsOf } from "../../../proto/lab-rules.ts";

/** Details as they came: each with the full name of its message. */
export type WireDetails = readonly { readonly type: string; readonly value: Uint8Array }[];

/** The details that a caller was told of, as `writtenDetails`. */
export function writtenWireDetails(details: WireDetails): string {
  const error = new ConnectError("");
  error.details = details.map(({ type, value }) => ({ type, value }));
  return writtenDetails(error);
}

/** The details of an error as they stand in the contract, for people to read; "" without any that are known. */
export function writtenDetails(thrown: unknown): string {
  const error = ConnectError.from(thrown);
  const reports = error
    .findDetails(SearchReportSchema)
    .map(
      ({ ending, hashesComputed, nextIndex }) =>
        `SearchReport { ending: ${nameIn(Ending, ending)}, hashes_computed: ${hashesComputed}, next_index: ${nextIndex} }`,
    );
  const refusals = error
    .findDetails(RefusalSchema)
    .map(
      ({ scope, calls, limit }) =>
        `Refusal { scope: ${nameIn(LimitScope, scope)}, calls: ${nameIn(LimitedCalls, calls)}, limit: ${limit} }`,
    );
  const retries = error
    .findDetails(RetryInfoSchema)
    .map(({ retryDelay }) => `RetryInfo { retry_delay: ${millisecondsOf(retryDelay)} ms }`);
  return [...reports, ...refusals, ...retries].join(" ");
}

function nameIn(values: Readonly<Record<string, number>>, wanted: number): string {
  return Object.entries(values).find(([, value]) => value === wanted)?.[0] ?? String(wanted);
}
