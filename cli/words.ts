import { type Duration, durationMs } from "@bufbuild/protobuf/wkt";
import { machinesOf } from "../client/machines.ts";
import { numbersIn } from "../client/numbers.ts";
import { Ending as Cause, type SearchReport } from "../proto/gen/hash_name/v1/search_report_pb.ts";
import type { Ended } from "./find.ts";
import type { Options } from "./options.ts";
import type { Proof } from "./proof.ts";

const { count, duration, milliseconds } = numbersIn({ language: "en", setsTight: false });

const protocolNames = { grpc: "gRPC", "grpc-web": "gRPC-Web", connect: "Connect" } as const;

/** What is said of the end on standard error, a line each. */
export function linesOf({ ending, nextIndex }: Ended, { server, protocol }: Options): readonly string[] {
  switch (ending.kind) {
    case "found":
      return [`Found in ${duration(ending.elapsedMs)}.`];
    case "budget":
      if (ending.report?.ending === Cause.CREDIT) {
        return [`Not found: your hash credit is spent, and refills. ${onwards(nextIndex)}`];
      }
      return [`Not found: the budget${ofHashes(ending.report)} is spent. ${onwards(nextIndex)}`];
    case "deadline":
      return [`Not found: the time is over. ${onwards(nextIndex)}`];
    case "exhausted":
      return ["Not found: every candidate has been tried. Allow more wrong letters, or start sooner."];
    case "input":
      return ending.violations.map(({ sentence }) => `The server refuses the search: ${sentence}`);
    case "busy": {
      const why = whyBusy[ending.quota ?? (ending.ofClient ? "client" : "server")];
      const later = ending.retryAfterMs === undefined ? "later" : `in ${duration(ending.retryAfterMs)}`;
      return [`The server did not begin the search: ${why}. Try again ${later}.`];
    }
    case "unauthenticated":
      return [
        `${server.text} asks for a token, or does not know the one that was sent. Set HASH_FINDER_TOKEN to the one that its operator has given you.`,
      ];
    case "unreachable":
      return [
        `Cannot reach ${server.text} over ${protocolNames[protocol]}: ${ending.fact}. Start a server with npm start, or name another with --server: HOST:PORT for native gRPC, a URL for the port of its page.`,
      ];
    case "lost":
      return [
        `The connection to ${server.text} was lost: ${ending.fact}. The server stops the search when it notices. Search again.`,
      ];
    case "proxy":
      return [
        `The proxy in front of ${server.text} ended the call: ${proxyWords(ending.status)} ${onwards(nextIndex)}`,
      ];
    case "shutdown":
      return [`The server is shutting down. ${onwards(nextIndex)}`];
    case "failure":
      return [`The server failed: ${ending.fact} ${onwards(nextIndex)}`];
    case "stopped":
      return stoppedLines(ending.proof, nextIndex);
    case "output-closed":
      return [];
  }
}

const whyBusy = {
  server: "it is full",
  client: "you have as many searches as it allows",
  often: "you have begun as many searches in a minute as it allows",
  credit: "too little of your hash credit is left",
  unknown: "it cannot look up what you may still have",
} as const;

function proxyWords(status: number): string {
  switch (status) {
    case 502:
    case 503:
      return `${status}, it got no answer from the server.`;
    case 504:
      return "504, its timeout. It must be set longer than the server's time limit, which is 120 s unless --maximum-seconds says otherwise.";
    default:
      return `${status}.`;
  }
}

function stoppedLines(proof: Proof, nextIndex: bigint | undefined): readonly string[] {
  switch (proof.kind) {
    case "not-begun":
      return ["Stopped. The server had not begun, and now never will."];
    case "unconfirmed":
      return [
        "Stop sent, not confirmed: the server has not answered. It stops by itself when it misses you.",
      ];
    case "lapsed":
      return [
        "Stop sent, never confirmed by all machines. The time within which they end by themselves is over.",
        ...reportLines(proof.report, nextIndex),
      ];
    case "proven":
      return [headline(proof.report), ...reportLines(proof.report, nextIndex)];
  }
}

function headline({ ending, workersUsed }: SearchReport): string {
  const workers = workersUsed === 1 ? "its worker is idle" : `all its ${count(workersUsed)} workers are idle`;
  if (workersUsed === 0) return "Stopped. The server confirms that no worker had begun.";
  if (ending === Cause.FOUND) {
    return `The server had just found a match that did not arrive here. It confirms that ${workers}.`;
  }
  return `Stopped. The server confirms that ${workers}.`;
}

/** The report in lines, on the server's own clock. */
function reportLines(report: SearchReport, nextIndex: bigint | undefined): readonly string[] {
  const endedMs = ms(report.endingSeenAfter);
  const row = (what: string, said: string): string => `  ${what.padEnd(16)}${said}`;
  return [
    row("stop seen", `${duration(endedMs)} after the search began`),
    row("all idle", `${milliseconds(ms(report.workersIdleAfter) - endedMs)} later`),
    row(
      "hashes",
      `${count(report.hashesComputed)}, of these ${count(report.hashesAfterEnding)} after the stop was seen`,
    ),
    ...report.usedWorkers
      .filter(({ thread }) => thread > 0)
      .sort((a, b) => a.thread - b.thread)
      .map(({ thread, idle, hashesAfterEnding, lastBusyAfter }) => {
        const lastBusyMs = ms(lastBusyAfter) - endedMs;
        const when = lastBusyMs > 0 ? `${milliseconds(lastBusyMs)} after the stop` : "before the stop";
        return row(
          `thread ${thread}`,
          `${idle ? "idle" : "not idle"}, last busy ${when}, ${count(hashesAfterEnding)} hashes after it`,
        );
      }),
    ...machinesOf(report).map(({ name, isOpen, hop }) =>
      row(
        name || "(no name)",
        `${isOpen ? "not confirmed" : "idle"}, ${count(hop.hashesAfterInterrupt)} hashes after it saw the interrupt`,
      ),
    ),
    row("to go on", `--start-index ${nextIndex}`),
  ];
}

function ofHashes(report: SearchReport | undefined): string {
  return report === undefined ? "" : ` of ${count(report.nextIndex - report.startIndex)} hashes`;
}

function onwards(nextIndex: bigint | undefined): string {
  return nextIndex === undefined ? "Search again." : `Continue with --start-index ${nextIndex}.`;
}

function ms(value: Duration | undefined): number {
  return value === undefined ? 0 : durationMs(value);
}
