import { create, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  ErrorInfoSchema,
  type QuotaFailure_ViolationSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "../../proto/gen/google/rpc/error_details_pb.ts";
import { LimitedCalls, LimitScope, RefusalSchema } from "../../proto/gen/hash_name/v1/refusal_pb.ts";
import { SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { type Kind, type Refusal, Refused } from "../calls/refusal.ts";
import { type Cause, type Report, SearchEnded } from "../search/report.ts";
import { type StreamCause, StreamEnded } from "../streams/stream.ts";
import { duration, reportMessage } from "./messages.ts";

const domain = "hash_name";

/** How soon after a shutdown a caller may hope for another server. */
const restartMs = 2000;

type Detail = NonNullable<ConstructorParameters<typeof ConnectError>[3]>[number];

/**
 * The one map from what can go wrong to the codes and details that callers see.
 * Undefined for what is not known here: a defect.
 */
export function rpcError(error: unknown, serverInstance: string): ConnectError | undefined {
  if (error instanceof StreamEnded) return streamEndings[error.cause]();
  if (error instanceof SearchEnded) return endedError(error.report, serverInstance);
  if (error instanceof Refused) return refusedError(error.refusal);
  return undefined;
}

/** What callers hear while the server leaves. */
export function shutdownError(): ConnectError {
  return new ConnectError(
    "The server is shutting down. Try again in a moment.",
    Code.Unavailable,
    undefined,
    [retry(restartMs)],
  );
}

function endedError(report: Report, serverInstance: string): ConnectError {
  const { code, message } = endings[report.cause](report);
  // Its callers have left: details would be made, and encoded, for nobody.
  if (report.cause === "cancelled") return new ConnectError(message, code);
  const reason = report.cause.toUpperCase().replaceAll(" ", "_");
  const details: Detail[] = [
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, domain }) },
    { desc: SearchReportSchema, value: reportMessage(report, serverInstance) },
  ];
  if (report.cause === "shutdown") details.push(retry(restartMs));
  if (report.retryAfterMs !== undefined) details.push(retry(report.retryAfterMs));
  return new ConnectError(message, code, undefined, details);
}

const endings: Record<Cause, (report: Report) => { code: Code; message: string }> = {
  // Only a search with an ideal match is found, and that is no error.
  found: () => ({ code: Code.Internal, message: "The search was found." }),
  cancelled: () => ({ code: Code.Canceled, message: "The search was cancelled." }),
  deadline: ({ nextIndex }) => ({
    code: Code.DeadlineExceeded,
    message: `The search reached its time limit. Continue it with start_index ${nextIndex}.`,
  }),
  budget: ({ startIndex, nextIndex }) => ({
    code: Code.ResourceExhausted,
    message: `The search spent its budget of ${nextIndex - startIndex} hashes. Continue it with start_index ${nextIndex}.`,
  }),
  credit: ({ nextIndex, retryAfterMs = restartMs }) => ({
    code: Code.ResourceExhausted,
    message: `Your credit of hashes is spent, and refills. Continue with start_index ${nextIndex} in ${seconds(retryAfterMs)}.`,
  }),
  shutdown: ({ nextIndex }) => ({
    code: Code.Unavailable,
    message: `The server is shutting down. Continue with start_index ${nextIndex} in a moment.`,
  }),
  "space exhausted": () => ({
    code: Code.OutOfRange,
    message: "Every candidate with a 64-bit index has been tried.",
  }),
  failure: ({ nextIndex }) => ({
    code: Code.Internal,
    message: `The server failed while searching. Continue with start_index ${nextIndex}.`,
  }),
};

function refusedError(refusal: Refusal): ConnectError {
  switch (refusal.why) {
    case "client full":
    case "server full":
    case "too often":
    case "credit spent":
      return fullError(refusal);
    case "store gone":
      return new ConnectError(
        "The server cannot look up how much you may still compute. Try again in a moment.",
        Code.Unavailable,
        undefined,
        [
          retry(refusal.retryAfterMs),
          {
            desc: RefusalSchema,
            value: create(RefusalSchema, { scope: LimitScope.SERVER, calls: LimitedCalls.SEARCHES }),
          },
        ],
      );
    case "id taken":
      return new ConnectError(
        "The search_id belongs to a search that was started or stopped before. Use a new UUID for a new search.",
        Code.AlreadyExists,
      );
    case "shutdown":
      return shutdownError();
  }
}

const streamEndings: Record<StreamCause, () => ConnectError> = {
  // Whoever reads a stream that is done hears no error.
  done: () => new ConnectError("The stream is done.", Code.Internal),
  cancelled: () => new ConnectError("The stream was cancelled.", Code.Canceled),
  deadline: () => new ConnectError("The stream reached its time limit.", Code.DeadlineExceeded),
  shutdown: shutdownError,
};

type Full = Exclude<Refusal, { why: "shutdown" | "id taken" | "store gone" }>;

function fullError(refusal: Full): ConnectError {
  const { message, ...violation } = violationOf(refusal);
  const quota = create(QuotaFailureSchema, { violations: [{ ...violation, description: message }] });
  return new ConnectError(message, Code.ResourceExhausted, undefined, [
    retry(refusal.retryAfterMs),
    { desc: RefusalSchema, value: refusalMessage(refusal) },
    { desc: QuotaFailureSchema, value: quota },
  ]);
}

const limitedCalls = {
  searches: LimitedCalls.SEARCHES,
  streams: LimitedCalls.STREAMS,
  watchers: LimitedCalls.WATCHERS,
  reports: LimitedCalls.REPORTS,
  rehearsals: LimitedCalls.REHEARSALS,
} as const satisfies Record<string, LimitedCalls>;

/** What the page reads; the words of the QuotaFailure are for people. */
function refusalMessage(refusal: Full): MessageShape<typeof RefusalSchema> {
  const { why, limit } = refusal;
  return create(RefusalSchema, {
    scope: why === "server full" ? LimitScope.SERVER : LimitScope.CLIENT,
    calls: limitedCalls["of" in refusal ? refusal.of : "searches"],
    limit: Math.min(limit, 2 ** 32 - 1),
  });
}

/** The violation for QuotaFailure, and its sentence. */
function violationOf(
  refusal: Full,
): MessageInitShape<typeof QuotaFailure_ViolationSchema> & { readonly message: string } {
  const quotaValue = BigInt(refusal.limit);
  switch (refusal.why) {
    case "client full": {
      const { of, limit } = refusal;
      return {
        quotaMetric: "calls_at_once",
        subject: `${of} of this client`,
        message: `You have ${limit} ${such[of]}, as many as one client may. Stop one, or try again later.`,
        quotaValue,
      };
    }
    case "server full": {
      const { of, limit } = refusal;
      const message =
        of === "searches"
          ? "The server is full, and so is its waiting line. Try again later."
          : `The server has ${limit} ${such[of]}, as many as it may. Try again later.`;
      return { quotaMetric: "calls_at_once", subject: `${of} of the server`, message, quotaValue };
    }
    case "too often": {
      const { limit, retryAfterMs } = refusal;
      return {
        quotaMetric: "searches_per_minute",
        subject: "searches a minute of this client",
        message: `You may ask for ${limit} ${limit === 1 ? "search" : "searches"} a minute. Try again in ${seconds(retryAfterMs)}.`,
        quotaValue,
      };
    }
    case "credit spent": {
      const { limit, left, least, retryAfterMs } = refusal;
      return {
        quotaMetric: "hash_credit",
        subject: "hash credit of this client",
        message: `You have ${left} hashes left of a credit of ${limit}, and a search starts with ${least}. Try again in ${seconds(retryAfterMs)}.`,
        quotaValue,
      };
    }
  }
}

/** Whole seconds, never too few. */
function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

const such: Record<Kind, string> = {
  searches: "searches running or waiting",
  streams: "streams open",
  watchers: "calls that watch the server",
  reports: "calls that wait for a report",
  rehearsals: "rehearsals open",
};

function retry(ms: number): Detail {
  return { desc: RetryInfoSchema, value: create(RetryInfoSchema, { retryDelay: duration(ms) }) };
}
