import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { nextIndexAfter } from "../../cli/printed.ts";
import { askForProof } from "../../cli/proof.ts";
import { HashNameResponseSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import {
  SearchReportSchema,
  SearchReportService,
  UnknownSearchSchema,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";

type Report = MessageInitShape<typeof SearchReportSchema>;

const idle = { workersUsed: 1, workersIdle: 1, usedWorkers: [{ thread: 1, idle: true }] };
const open = (endsWithinMs: number) => ({
  workersUsed: 2,
  workersIdle: 1,
  usedWorkers: [{ thread: 1, idle: true }, { idle: false }],
  hops: [{ serverName: "far", unconfirmed: 1, endsWithin: durationFromMs(endsWithinMs) }],
});

describe("the proof of a Stop in the terminal", () => {
  test("is a report in which every worker is idle", async () => {
    assert.equal((await proofFrom(idle)).kind, "proven");
  });

  test("is waited for while another machine may still confirm", async () => {
    assert.equal((await proofFrom(open(60_000), open(60_000), idle)).kind, "proven");
  });

  test("is never given for a machine that has not confirmed when its time is over", async () => {
    const proof = await proofFrom(open(1), open(1));
    assert.equal(proof.kind, "lapsed");
    assert.equal(proof.report?.hops[0]?.serverName, "far");
  });

  test("is not needed for a search that the server never began", async () => {
    assert.equal((await proofFrom("unknown")).kind, "not-begun");
  });

  test("is asked for again when there was no answer", async () => {
    assert.equal((await proofFrom("unanswered", idle)).kind, "proven");
  });
});

describe("a search that was printed in part is continued", () => {
  const report = create(SearchReportSchema, { startIndex: 10n, nextIndex: 100n, matchesSent: 2n });
  const last = create(HashNameResponseSchema, { candidateIndex: 40n });

  test("at the server's next index, when all that it sent was printed", () => {
    assert.equal(nextIndexAfter(report, { count: 2n, last }), 100n);
  });

  test("after the last line, when matches were still on their way", () => {
    assert.equal(nextIndexAfter(report, { count: 1n, last }), 41n);
    assert.equal(nextIndexAfter(report, { count: 0n, last: undefined }), 10n);
  });
});

/** The proof that comes of these answers, one after the other. */
async function proofFrom(...answers: readonly (Report | "unknown" | "unanswered")[]) {
  const rest = [...answers];
  const transport = createRouterTransport(({ service }) => {
    service(SearchReportService, {
      getSearchReport() {
        const answer = rest.shift();
        if (answer === undefined) throw new Error("asked once more than there are answers");
        if (answer === "unanswered") throw new ConnectError("gone", Code.Unavailable);
        if (answer !== "unknown") return { report: answer };
        const details = [{ desc: UnknownSearchSchema, value: create(UnknownSearchSchema, {}) }];
        throw new ConnectError("unknown", Code.NotFound, undefined, details);
      },
    });
  });
  return await askForProof(createClient(SearchReportService, transport), "id", "a test");
}
