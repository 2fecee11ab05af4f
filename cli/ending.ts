import type { Outcome } from "../client/outcome.ts";
import type { SearchReport } from "../proto/gen/hash_name/v1/search_report_pb.ts";
import type { Proof } from "./proof.ts";

/** The signals that stop a search. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** How a search ended, as a person at a terminal sees it: for one cause, the first. */
export type Ending =
  | { readonly kind: "found"; readonly elapsedMs: number }
  /** The report is the server's, if it sent one. */
  | { readonly kind: "budget" | "deadline" | "exhausted" | "shutdown"; readonly report: Reported }
  | { readonly kind: "failure"; readonly fact: string; readonly report: Reported }
  | Extract<Outcome, { readonly kind: "input" | "busy" }>
  /** A proxy in front of the server ended the call, by this HTTP status. */
  | { readonly kind: "proxy"; readonly status: number; readonly report: Reported }
  /** `fact`: what the platform says of it. */
  | { readonly kind: "unreachable" | "lost"; readonly fact: string }
  | { readonly kind: "stopped"; readonly by: StopSignal; readonly proof: Proof }
  /** The server asks for a token, or does not know the one that was sent. */
  | { readonly kind: "unauthenticated" }
  /** Nobody reads what is printed any more. */
  | { readonly kind: "output-closed" };

type Reported = SearchReport | undefined;

const codes = {
  found: 0,
  budget: 1,
  deadline: 1,
  exhausted: 1,
  input: 2,
  unreachable: 3,
  lost: 3,
  proxy: 3,
  busy: 4,
  shutdown: 5,
  failure: 5,
  unauthenticated: 6,
  "output-closed": 141,
} as const satisfies Record<Exclude<Ending["kind"], "stopped">, number>;

// 128 and the signal's number, as shells have it.
const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const satisfies Record<StopSignal, number>;

/** What each exit code means. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: "found",
  1: "not found: the budget is spent, the time is over, or every candidate was tried",
  2: "the flags or the name cannot be used",
  3: "the server cannot be reached, or the connection to it was lost or ended by a proxy",
  4: "the server is full, or this client has all that it may: try again later",
  5: "the server failed, or was shut down",
  6: "the server asks for a token, or does not know the one in HASH_FINDER_TOKEN",
  130: "stopped by Ctrl-C (SIGINT)",
  141: "what reads the output has closed it, such as head",
  143: "stopped by SIGTERM",
};

/** The exit code of the process. */
export function exitCodeOf(
  ending: { readonly kind: keyof typeof codes } | { readonly kind: "stopped"; readonly by: StopSignal },
): number {
  return ending.kind === "stopped" ? signalCodes[ending.by] : codes[ending.kind];
}

/** The server's report, where the ending comes with one. */
export function reportIn(ending: Ending): Reported {
  if (ending.kind === "stopped") return ending.proof.report;
  return "report" in ending ? ending.report : undefined;
}
