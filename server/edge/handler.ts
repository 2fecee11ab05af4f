import type { IncomingMessage, ServerResponse } from "node:http";
import { type ConnectRouter, createConnectRouter, createContextValues } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
} from "@connectrpc/connect-node";
import type { Logger } from "pino";
import { Call, callKey } from "./call.ts";
import { CallSignals } from "./call-signal.ts";
import { clientOf, type Network } from "./client.ts";
import { writeResponse } from "./response.ts";
import { Turnstile } from "./turnstile.ts";
import { answerUnimplemented } from "./unimplemented.ts";

/**
 * Answers a request. HTTP/2 servers use it too: their compatibility API has the
 * same methods.
 */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

// The largest valid request, a watch of 64 searches, has 2.5 kB.
const readMaxBytes = 16 * 1024;

export interface HandlerOptions {
  /** Adds every service. */
  readonly routes: (router: ConnectRouter) => void;
  /** Aborts, with the error for callers, when the server leaves. */
  readonly shutdownSignal: AbortSignal;
  /** Proxies whose word on who called them counts. */
  readonly trustedProxies: readonly Network[];
  readonly log: Logger;
  /** Answers what is no call. */
  readonly fallback: Handler;
}

/** Every service over gRPC, gRPC-Web and Connect, on whatever server it is mounted. */
export function callHandler(options: HandlerOptions): Handler {
  const { routes, shutdownSignal, trustedProxies, log, fallback } = options;
  const router = createConnectRouter({
    readMaxBytes,
    acceptCompression: [compressionGzip, compressionBrotli],
  });
  routes(router);
  const methods = new Map(router.handlers.map((method) => [method.requestPath, method]));
  const signals = new CallSignals(shutdownSignal);
  const turnstile = new Turnstile();

  return (request, response) => {
    const method = methods.get((request.url ?? "").split("?", 1)[0] ?? "");
    if (!method) {
      if (!answerUnimplemented(request, response)) fallback(request, response);
      return;
    }
    // Not connectNodeAdapter, which prints every caller that hangs up, and
    // throws, outside of any promise, on a Host header that makes no URL.
    const call = new Call(request, response, clientOf(request, trustedProxies));
    answer(method, request, response, { call, signals, turnstile }).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) log.debug({ err: error }, "the caller is gone");
      else response.writeHead(400).end();
    });
  };
}

async function answer(
  method: UniversalHandler,
  request: IncomingMessage,
  response: ServerResponse,
  { call, signals, turnstile }: { call: Call; signals: CallSignals; turnstile: Turnstile },
): Promise<void> {
  const values = createContextValues().set(callKey, call);
  const universal = universalRequestFromNodeRequest(request, response, undefined, values);
  const signal = signals.joined(universal.signal);
  const streams = method.method.methodKind !== "unary";
  await writeResponse(
    await method({ ...universal, signal }),
    response,
    call,
    streams ? turnstile : undefined,
  );
}
