import { create, toBinary } from "@bufbuild/protobuf";
import { WatchActivityRequestSchema } from "../../../proto/gen/hash_name/v1/activity_pb.ts";
import { GetSearchReportRequestSchema } from "../../../proto/gen/hash_name/v1/search_report_pb.ts";
import { endless } from "../../support/clients.ts";
import { framed } from "../../support/frames.ts";
import { envelope } from "../../support/raw-calls.ts";

export const paths = {
  find: "/hash_name.HashFinder/Find",
  findRange: "/hash_name.HashFinder/FindRange",
  report: "/hash_name.v1.SearchReportService/GetSearchReport",
  activity: "/hash_name.v1.ActivityService/WatchActivity",
} as const;

export const grpcWeb = "application/grpc-web+proto";

/** A search of which nearly every candidate is a match. */
export const denseBody = envelope({ desiredName: "doctor", interestingHammingDistance: 5 });

/** A search that never ends by itself. */
export function endlessBody(searchId: string): Buffer {
  return envelope({ ...endless(), searchId });
}

export function reportBody(searchId: string): Buffer {
  return framed(toBinary(GetSearchReportRequestSchema, create(GetSearchReportRequestSchema, { searchId })));
}

export function activityBody(searchIds: string[]): Buffer {
  return framed(toBinary(WatchActivityRequestSchema, create(WatchActivityRequestSchema, { searchIds })));
}

/** The bytes of a call that uses its connection once. */
export function post(path: string, body: Uint8Array, contentType: string = grpcWeb): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: localhost",
    `content-type: ${contentType}`,
    `content-length: ${body.length}`,
    "connection: close",
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
}
