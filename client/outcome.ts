import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "../proto/gen/google/rpc/error_details_pb.ts";
import { LimitScope, RefusalSchema } from "../proto/gen/hash_name/v1/refusal_pb.ts";
import { Ending, type SearchReport, SearchReportSchema } from "../proto/gen/hash_name/v1/search_report_pb.ts";

/** A field of the request, by its protobuf name, and what is wrong with it. */
export interface FieldViolation {
  readonly field: string;
  readonly sentence: string;
}

/** What a client has spent: its searches of a minute, its hash credit; or the server cannot look that up. */
export type Quota = "often" | "credit" | "unknown";

/** Why the call of a search ended without its answer. The report is the server's, if it sent one. */
export type Outcome =
  /** The server is full, or the client has all that it may for now. */
  | {
      readonly kind: "busy";
      readonly retryAfterMs: number | undefined;
      readonly ofClient: boolean;
      /** Where it is not the number of calls at once: see `Quota`. */
      readonly quota?: Quota;
    }
  | { readonly kind: "input"; readonly violations: readonly FieldViolation[] }
  | { readonly kind: "budget"; readonly report: SearchReport | undefined }
  | { readonly kind: "deadline"; readonly report: SearchReport | undefined }
  | {
      readonly kind: "shutdown";
      readonly retryAfterMs: number | undefined;
      readonly report: SearchReport | undefined;
    }
  | { readonly kind: "exhausted"; readonly report: SearchReport | undefined }
  /** `proxyStatus`: the HTTP status by which a proxy in front of the server ended the call. */
  | { readonly kind: "lost"; readonly proxyStatus?: number }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failure"; readonly report: SearchReport | undefined };

/**
 * The one map from anything that a call threw to what it means here. Nobody shows
 * the texts of the errors: they would be "internal error" and "Failed to fetch".
 */
export function outcomeOf(thrown: unknown): Outcome {
  const error = ConnectError.from(thrown);
  const [report] = error.findDetails(SearchReportSchema);
  const retryAfterMs = retryAfterMsOf(error);
  if (report?.ending === Ending.SPACE_EXHAUSTED) return { kind: "exhausted", report };
  const [refusal] = error.findDetails(RefusalSchema);
  if (refusal) {
    const quota = quotaIn(error);
    return {
      kind: "busy",
      retryAfterMs,
      ofClient: refusal.scope === LimitScope.CLIENT,
      ...(quota && { quota }),
    };
  }
  // The server answers a call with 200 and says the rest in its own way, but for calls from
  // elsewhere (403, 421), so another status is a proxy's. Connect keeps it in its words
  // alone (validate-response.js of each protocol).
  const status = /^HTTP (?!403|421)(\d+)$/.exec(error.rawMessage)?.[1];
  if (status) return { kind: "lost", proxyStatus: Number(status) };
  switch (error.code) {
    case Code.Canceled:
      return { kind: "cancelled" };
    case Code.InvalidArgument:
      // Without violations it is connect's own "incomplete envelope": the
      // connection was cut in the middle of a message.
      return inputOutcome(error) ?? { kind: "lost" };
    case Code.ResourceExhausted:
      // A spent budget and a full server share a code. The budget's search ran, so it
      // comes with a report; one of another server that does not say what is full
      // comes with the time to wait.
      return report === undefined && retryAfterMs !== undefined
        ? { kind: "busy", retryAfterMs, ofClient: false }
        : { kind: "budget", report };
    case Code.DeadlineExceeded:
      return { kind: "deadline", report };
    case Code.Unavailable:
      // A proxy's answer carries no details; a server that is shutting down sends them.
      return report !== undefined || retryAfterMs !== undefined
        ? { kind: "shutdown", retryAfterMs, report }
        : { kind: "lost" };
    case Code.OutOfRange:
      return { kind: "exhausted", report };
    // A browser sends a unary call again by itself when its connection is cut.
    // The search of the first call is the one that ran.
    case Code.AlreadyExists:
    // The token was taken away in mid-call: what became of the search is asked with the next.
    case Code.Unauthenticated:
    // Chromium's "Failed to fetch" and "network error", and connect's "missing trailer".
    case Code.Unknown:
      return { kind: "lost" };
    default:
      return { kind: "failure", report };
  }
}

// Which of its quotas: as refusal.proto says, in the metric of QuotaFailure.
function quotaIn(error: ConnectError): Quota | undefined {
  if (error.code === Code.Unavailable) return "unknown";
  switch (error.findDetails(QuotaFailureSchema)[0]?.violations[0]?.quotaMetric) {
    case "searches_per_minute":
      return "often";
    case "hash_credit":
      return "credit";
  }
}

/** How long the server asks to wait before the next try, if it says so. */
function retryAfterMsOf(error: ConnectError): number | undefined {
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return delay === undefined ? undefined : durationMs(delay);
}

function inputOutcome(error: ConnectError): Outcome | undefined {
  const [badRequest] = error.findDetails(BadRequestSchema);
  if (badRequest === undefined) return undefined;
  const violations = badRequest.fieldViolations.map(({ field, description }) => ({
    field,
    sentence: description,
  }));
  return { kind: "input", violations };
}
