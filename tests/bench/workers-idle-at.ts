import { fromBinary } from "@bufbuild/protobuf";
import {
  GetSearchReportResponseSchema,
  type SearchReport,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";

/**
 * When the last worker of a search was idle, in milliseconds of Unix time.
 *
 * @param body of the call for its report, over gRPC-Web
 */
export function workersIdleAt(body: Uint8Array): number {
  const { startedAt, workersIdleAfter } = reportIn(body);
  const ms = (time: { seconds: bigint; nanos: number } | undefined): number =>
    Number(time?.seconds ?? 0n) * 1000 + (time?.nanos ?? 0) / 1e6;
  return ms(startedAt) + ms(workersIdleAfter);
}

/** @param body of the call for a report, over gRPC-Web */
export function reportIn(body: Uint8Array): SearchReport {
  const length = new DataView(body.buffer, body.byteOffset).getUint32(1);
  const { report } = fromBinary(GetSearchReportResponseSchema, body.subarray(5, 5 + length));
  if (!report) throw new Error("the server answered without a report");
  return report;
}
