import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { askForReport, type ReportAnswer } from "../../client/report.ts";
import { UnknownSearchSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { Clients } from "../../web/src/api/clients.ts";
import { report } from "./session-fixtures.ts";

const { signal } = new AbortController();

/** Asks a server that answers so. */
function ask(answer: () => object): Promise<ReportAnswer> {
  const reports = {
    async getSearchReport(request: object, options: object) {
      assert.deepEqual(request, { searchId: "one", reason: "Esc" });
      assert.deepEqual(options, { signal, timeoutMs: 3_000 });
      return answer();
    },
  } as unknown as Clients["reports"];
  return askForReport(reports, "one", { reason: "Esc", signal });
}

function refuse(error: unknown): () => never {
  return () => {
    throw error;
  };
}

describe("the question for a search's report", () => {
  test("is answered by the report", async () => {
    const said = report();
    assert.deepEqual(await ask(() => ({ report: said })), { kind: "report", report: said });
  });

  test("is not answered by a server that says nothing, is not there, or has a defect", async () => {
    const unanswered = { kind: "unanswered" };
    assert.deepEqual(await ask(() => ({})), unanswered);
    for (const error of [
      new ConnectError("late", Code.DeadlineExceeded),
      new ConnectError("down", Code.Unavailable),
      new TypeError("Failed to fetch"),
    ]) {
      assert.deepEqual(await ask(refuse(error)), unanswered);
    }
  });

  test("is answered by a server that does not know the search, and says which one it is", async () => {
    const value = create(UnknownSearchSchema, { serverInstance: "B" });
    const details = [{ desc: UnknownSearchSchema, value }];
    const unknown = new ConnectError("unknown", Code.NotFound, undefined, details);
    assert.deepEqual(await ask(refuse(unknown)), { kind: "unknown", serverInstance: "B" });
    assert.deepEqual(await ask(refuse(new ConnectError("unknown", Code.NotFound))), {
      kind: "unknown",
      serverInstance: undefined,
    });
  });
});
