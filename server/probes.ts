import type { IncomingMessage, ServerResponse } from "node:http";
import type { Handler } from "./edge/handler.ts";

/** What a probe asks about. */
export interface Probed {
  /** Aborts when the server is told to leave. */
  readonly leaving: AbortSignal;
  /** Threads, and seats of other servers. */
  readonly workers: () => number;
}

/** Why the server should not be sent anything; undefined when it is ready. */
export function unready({ leaving, workers }: Probed): string | undefined {
  if (leaving.aborted) return "the server is shutting down";
  return workers() === 0 ? "no worker computes for it" : undefined;
}

interface Answer {
  readonly status: 200 | 405 | 503;
  readonly words: string;
}

/**
 * Answers `/healthz`, whether the process is alive, and `/readyz`, whether it should
 * be sent anything. Before every other check: probes ask by an address or any name
 * and bring no token, and hear nothing that a refusal would not tell as well.
 */
export function probes(handler: Handler, probed: Probed): Handler {
  return (request, response) => {
    const answer = answerTo(request, probed);
    if (answer) say(answer, request, response);
    else handler(request, response);
  };
}

function answerTo({ url = "", method = "" }: IncomingMessage, probed: Probed): Answer | undefined {
  const path = url.split("?", 1)[0];
  if (path !== "/healthz" && path !== "/readyz") return undefined;
  if (method !== "GET" && method !== "HEAD") return { status: 405, words: "Ask with GET or HEAD." };
  return path === "/healthz" ? { status: 200, words: "alive" } : readiness(probed);
}

function readiness(probed: Probed): Answer {
  const reason = unready(probed);
  return reason === undefined
    ? { status: 200, words: "ready" }
    : { status: 503, words: `not ready: ${reason}` };
}

function say({ status, words }: Answer, { method }: IncomingMessage, response: ServerResponse): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 405 && { allow: "GET, HEAD" }),
  });
  response.end(method === "HEAD" ? undefined : `${words}\n`);
}
