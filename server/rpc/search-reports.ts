import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import type { Logger } from "pino";
import { longestReason } from "../../proto/bounds.ts";
import {
  type SearchReportService,
  UnknownSearchSchema,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { isUuid, sentence } from "../../proto/rules.ts";
import { callOf } from "../edge/call.ts";
import type { Searches } from "../search/searches.ts";
import { reportMessage } from "./messages.ts";
import { invalid } from "./requests.ts";

/** The server's own word on how a search ended, for whom it belongs to. */
export function searchReports(
  searches: Searches,
  serverInstance: string,
  log: Logger,
): ServiceImpl<typeof SearchReportService> {
  return {
    async getSearchReport(request, { signal, values }) {
      const { searchId, reason } = request;
      if (!isUuid(searchId)) {
        throw invalid([{ field: "search_id", description: sentence({ rule: "search-id" }) }]);
      }
      if (reason.length > longestReason) {
        const description = `The reason has ${reason.length} characters. Use at most ${longestReason}.`;
        throw invalid([{ field: "reason", description }]);
      }
      const id = searchId.toLowerCase();
      const { client, owner } = callOf({ values }).identity;
      // The line of its end has the reason, unless that has been written.
      const level = searches.isOf(id, owner) && searches.get(id)?.report ? "info" : "debug";
      if (reason !== "") log[level]({ searchId: id, reason }, "the caller says why it stopped");
      const known = await searches.report({ id, client, owner, reason }, signal);
      if (known) return { report: reportMessage(known.report, serverInstance, known.reason) };
      throw new ConnectError(
        "The server does not know this search: it never arrived, is somebody else's, its report has expired, or the server has restarted.",
        Code.NotFound,
        undefined,
        [{ desc: UnknownSearchSchema, value: create(UnknownSearchSchema, { serverInstance }) }],
      );
    },
  };
}
