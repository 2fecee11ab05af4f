import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../proto/gen/google/rpc/error_details_pb.ts";
import { LimitedCalls, LimitScope, RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import { Ending, SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { callEndOf, okEnd } from "../../web/src/api/call-end.ts";
import { writtenDetails } from "../../web/src/api/error-details.ts";

test("a call's end is its code and what was said, without the code's name before it", () => {
  assert.deepEqual(callEndOf(new ConnectError("gone", Code.Unavailable)), { code: 14, words: "gone" });
  assert.deepEqual(callEndOf(new TypeError("Failed to fetch")), { code: 2, words: "Failed to fetch" });
  assert.deepEqual(okEnd, { code: 0, words: "" });
});

test("the details of an error are written as the contract names them", () => {
  const budget = new ConnectError("spent", Code.ResourceExhausted, undefined, [
    { desc: SearchReportSchema, value: { ending: Ending.BUDGET, hashesComputed: 5n, nextIndex: 7n } },
  ]);
  assert.equal(writtenDetails(budget), "SearchReport { ending: BUDGET, hashes_computed: 5, next_index: 7 }");
  const full = new ConnectError("full", Code.ResourceExhausted, undefined, [
    {
      desc: RefusalSchema,
      value: { scope: LimitScope.CLIENT, calls: LimitedCalls.REHEARSALS, limit: 4 },
    },
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: 1n, nanos: 500_000_000 } } },
  ]);
  assert.equal(
    writtenDetails(full),
    "Refusal { scope: CLIENT, calls: REHEARSALS, limit: 4 } RetryInfo { retry_delay: 1500 ms }",
  );
  assert.equal(writtenDetails(new ConnectError("bare", Code.Canceled)), "");
});
