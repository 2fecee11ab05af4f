import { create, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  ErrorInfoSchema,
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
    case "server full": {
      const { subject, message } = wordsOfFull(refusal);
      const quota = create(QuotaFailureSchema, { violations: [{ subject, description: message }] });
      return new ConnectError(message, Code.ResourceExhausted, undefined, [
        retry(refusal.retryAfterMs),
        { desc: RefusalSchema, value: refusalMessage(refusal) },
        { desc: QuotaFailureSchema, value: quota },
      ]);
    }
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

type Full = Extract<Refusal, { why: "client full" | "server full" }>;

const limitedCalls = {
  searches: LimitedCalls.SEARCHES,
  streams: LimitedCalls.STREAMS,
  watchers: LimitedCalls.WATCHERS,
  reports: LimitedCalls.REPORTS,
  rehearsals: LimitedCalls.REHEARSALS,
} as const satisfies Record<string, LimitedCalls>;

/** What the page reads; the words of the QuotaFailure are for people. */
function refusalMessage({ why, of, limit }: Full): MessageShape<typeof RefusalSchema> {
  const scope = why === "client full" ? LimitScope.CLIENT : LimitScope.SERVER;
  return create(RefusalSchema, { scope, calls: limitedCalls[of], limit });
}

function wordsOfFull({ why, of, limit }: Full): { readonly subject: string; readonly message: string } {
  if (why === "client full") {
    return {
      subject: `${of} of this client`,
      message: `You have ${limit} ${such[of]}, as many as one client may. Stop one, or try again later.`,
    };
  }
  const message =
    of === "searches"
      ? "The server is full, and so is its waiting line. Try again later."
      : `The server has ${limit} ${such[of]}, as many as it may. Try again later.`;
  return { subject: `${of} of the server`, message };
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
