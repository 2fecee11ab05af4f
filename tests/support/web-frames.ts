// What a page and its server say to each other in gRPC-Web, read and written by tests between them.
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { HashNameRequestSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import {
  Ending,
  GetSearchReportResponseSchema,
  type SearchReport,
  SearchReportSchema,
} from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { framed, frameFlags, framesIn } from "./frames.ts";

/** The candidate that a request of a search starts at. */
export function startIndexIn(body: Buffer): bigint {
  return fromBinary(HashNameRequestSchema, messageIn(body)).startIndex;
}

/** The report in an answer. */
export function reportIn(body: Buffer): SearchReport {
  const { report } = fromBinary(GetSearchReportResponseSchema, messageIn(body));
  if (report === undefined) throw new Error("Cannot read the report: the answer has none.");
  return report;
}

/** An answer with the report of a search that was cancelled. */
export function answerWith(report: MessageInitShape<typeof SearchReportSchema>): Buffer {
  const cancelled = create(SearchReportSchema, { ending: Ending.CANCELLED, ...report });
  const answer = create(GetSearchReportResponseSchema, { report: cancelled });
  return Buffer.concat([
    framed(toBinary(GetSearchReportResponseSchema, answer)),
    framed(Buffer.from("grpc-status: 0\r\n"), frameFlags.trailersOfWeb),
  ]);
}

/** The message of the first frame. */
function messageIn(body: Buffer): Uint8Array {
  const [frame] = framesIn(body);
  if (frame === undefined) throw new Error("Cannot read the message: there is no whole frame.");
  return frame.data;
}
