import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "@connectrpc/connect";
import { endsWithinMs } from "../client/machines.ts";
import { isProven } from "../client/proven.ts";
import { askForReport } from "../client/report.ts";
import type { SearchReport, SearchReportService } from "../proto/gen/hash_name/v1/search_report_pb.ts";

const retryMs = 250;
// As long as a person waits for a server that does not answer. A second Ctrl-C is sooner.
const patienceMs = 10_000;

/** What the server said of a search's end. Only "proven" says that every worker is idle. */
export type Proof =
  | { readonly kind: "proven"; readonly report: SearchReport }
  /** Other machines have not confirmed, and it is over within which they end by themselves. */
  | { readonly kind: "lapsed"; readonly report: SearchReport }
  | { readonly kind: "unconfirmed"; readonly report: SearchReport | undefined }
  /** The server does not know the search: it had not begun, and now never will. */
  | { readonly kind: "not-begun"; readonly report?: undefined };

/** Asks for the report of a search that was stopped until it proves the end, for as long as that can help. */
export async function askForProof(
  reports: Client<typeof SearchReportService>,
  searchId: string,
  reason: string,
): Promise<Proof> {
  const { signal } = new AbortController();
  let report: SearchReport | undefined;
  let untilMs = performance.now() + patienceMs;
  for (;;) {
    const answer = await askForReport(reports, searchId, { reason, signal });
    if (answer.kind === "unknown") return { kind: "not-begun" };
    if (answer.kind === "report") {
      if (isProven(answer.report)) return { kind: "proven", report: answer.report };
      if (report === undefined) untilMs = performance.now() + (endsWithinMs(answer.report) ?? 0);
      report = answer.report;
    }
    if (performance.now() >= untilMs) {
      return report === undefined ? { kind: "unconfirmed", report } : { kind: "lapsed", report };
    }
    await pause(retryMs);
  }
}
