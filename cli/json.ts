import { type JsonValue, toJson } from "@bufbuild/protobuf";
import { SearchReportSchema } from "../proto/gen/hash_name/v1/search_report_pb.ts";
import { exitCodeOf, reportIn } from "./ending.ts";
import type { Ended } from "./find.ts";

/** The last line's object (docs/find.md): how the search ended, the exit code, and the server's report where it sent one. */
export function jsonOf({ ending, nextIndex }: Ended): JsonValue {
  const report = reportIn(ending);
  return {
    ending: ending.kind,
    exitCode: exitCodeOf(ending),
    ...(ending.kind === "stopped" && { proof: ending.proof.kind }),
    ...(nextIndex !== undefined && { nextIndex: String(nextIndex) }),
    ...(report !== undefined && { report: toJson(SearchReportSchema, report, { alwaysEmitImplicit: true }) }),
  };
}
