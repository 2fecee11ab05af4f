import { type Client, Code, ConnectError } from "@connectrpc/connect";
import {
  type SearchReport,
  type SearchReportService,
  UnknownSearchSchema,
} from "../proto/gen/hash_name/v1/search_report_pb.ts";

// The server answers when every worker is idle, which takes milliseconds. If it has
// not answered after this time, it is asked again.
const reportTimeoutMs = 3_000;

/** How the server answered the question for a search's report. */
export type ReportAnswer =
  | { readonly kind: "report"; readonly report: SearchReport }
  /** The server is there and does not know the search. */
  | { readonly kind: "unknown"; readonly serverInstance: string | undefined }
  | { readonly kind: "unanswered" };

/** Asks once for the report of a search and waits for its end, for at most 3 seconds. Never throws. */
export async function askForReport(
  reports: Client<typeof SearchReportService>,
  searchId: string,
  { reason, signal }: { readonly reason: string; readonly signal: AbortSignal },
): Promise<ReportAnswer> {
  try {
    const { report } = await reports.getSearchReport(
      { searchId, reason },
      { signal, timeoutMs: reportTimeoutMs },
    );
    return report === undefined ? { kind: "unanswered" } : { kind: "report", report };
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    if (error.code !== Code.NotFound) return { kind: "unanswered" };
    return { kind: "unknown", serverInstance: error.findDetails(UnknownSearchSchema)[0]?.serverInstance };
  }
}
