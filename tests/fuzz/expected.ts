import { type DescMethod, fromBinary, fromJson, type JsonValue, type Message } from "@bufbuild/protobuf";
import { longestReason, mostWatchedSearches } from "../../proto/bounds.ts";
import type { HashNameRequest } from "../../proto/gen/hash_name/hash_name_pb.ts";
import type { WatchActivityRequest } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import type { CountRequest, RehearseRequest, WorkRequest } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import type { GetSearchReportRequest } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import type { Request } from "../../proto/gen/message_pb.ts";
import { keyViolation } from "../../proto/key-rule.ts";
import {
  countViolations,
  rehearsalViolations,
  rehearseViolations,
  workViolations,
} from "../../proto/lab-rules.ts";
import { isUuid, violations } from "../../proto/rules.ts";
import { mostBytes } from "./framing.ts";

const invalidArgument = "3";
const resourceExhausted = "8";

// What a good request may be answered with. "open": it goes on.
const goodAnswers: Readonly<Record<string, readonly string[]>> = {
  // OK, time is over, the id is taken, the budget is spent, nothing is left to try.
  "hash_name.HashFinder/Find": ["0", "4", "6", "8", "11"],
  "hash_name.HashFinder/FindRange": ["0", "4", "6", "8", "11", "open"],
  "hash_name.v1.SearchReportService/GetSearchReport": ["0", "5"],
  "hash_name.v1.ActivityService/WatchActivity": ["open"],
  "Message/Stream": ["open"],
  "hash_name.v1.LabService/ReadClock": ["0"],
  "hash_name.v1.LabService/WatchRehearsal": ["open", "6"],
  "hash_name.v1.LabService/Work": ["0", "9"],
  "hash_name.v1.LabService/Count": ["0", "9", "open"],
  "hash_name.v1.LabService/Rehearse": ["0", "open"],
  "hash_name.v1.ScanService/GetScanner": ["0", "9"],
  // Its rules are its own: the first message must be a range.
  "hash_name.v1.ScanService/Scan": ["0", "3", "9", "open"],
  "grpc.health.v1.Health/Check": ["0", "5"],
  "grpc.health.v1.Health/List": ["0"],
  "grpc.health.v1.Health/Watch": ["open"],
};
// Of a method that nobody has listed: no defect, and nothing that the server does not say of its own.
const anyGoodAnswer = ["0", "3", "4", "5", "6", "7", "8", "9", "10", "11", "16", "open"];

const rules: Readonly<Record<string, (request: Message) => boolean>> = {
  "hash_name.HashNameRequest": (request) => violations(request as HashNameRequest).length === 0,
  Request: (request) => keyViolation((request as Request).key) === undefined,
  "hash_name.v1.WatchActivityRequest": (request) => {
    const { searchIds } = request as WatchActivityRequest;
    return searchIds.length <= mostWatchedSearches && searchIds.every(isUuid);
  },
  "hash_name.v1.GetSearchReportRequest": (request) => {
    const { searchId, reason } = request as GetSearchReportRequest;
    return isUuid(searchId) && reason.length <= longestReason;
  },
  "hash_name.v1.WatchRehearsalRequest": (request) => rehearsalViolations(request as WorkRequest).length === 0,
  "hash_name.v1.WorkRequest": (request) => workViolations(request as WorkRequest).length === 0,
  "hash_name.v1.CountRequest": (request) => countViolations(request as CountRequest).length === 0,
  "hash_name.v1.RehearseRequest": (request) => rehearseViolations(request as RehearseRequest).length === 0,
};

/** Whether nothing but a refusal may be answered. */
export function isRefusal(answers: readonly string[]): boolean {
  return answers.every((answer) => answer === invalidArgument || answer === resourceExhausted);
}

/** What may be answered to the message in these bytes, by the rules that page and server share. */
export function answersTo(method: DescMethod, bytes: Uint8Array, isJson: boolean): readonly string[] {
  const request = decoded(method, bytes, isJson);
  if (bytes.length > mostBytes) return [resourceExhausted];
  const path = `${method.parent.typeName}/${method.name}`;
  if (!request) return [invalidArgument];
  if (rules[method.input.typeName]?.(request) === false) return [invalidArgument];
  return goodAnswers[path] ?? anyGoodAnswer;
}

function decoded({ input }: DescMethod, bytes: Uint8Array, isJson: boolean): Message | undefined {
  try {
    if (!isJson) return fromBinary(input, bytes);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return fromJson(input, JSON.parse(text) as JsonValue, { ignoreUnknownFields: true });
  } catch {
    return undefined;
  }
}
