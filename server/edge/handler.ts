import type { IncomingMessage, ServerResponse } from "node:http";
import { constants } from "node:http2";
import {
  type ConnectError,
  type ConnectRouter,
  createConnectRouter,
  createContextValues,
} from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerRequest } from "@connectrpc/connect/protocol";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
} from "@connectrpc/connect-node";
import type { Logger } from "pino";
import { frameHeadBytes } from "../../proto/bounds.ts";
import { onAbort } from "../calls/abort.ts";
import { messageOf } from "../calls/message-of.ts";
import { Call, callKey, ReaderStalled, TokenRemoved } from "./call.ts";
import type { CallObserver } from "./call-observer.ts";
import { CallSignals } from "./call-signal.ts";
import { shortenDeadlines } from "./deadline.ts";
import { defect } from "./defects.ts";
import { errorMap, type ToRpcError } from "./error-map.ts";
import { http2StreamOf } from "./http2-stream.ts";
import { cutLateBody } from "./late-body.ts";
import { type BodyLimits, readBody } from "./request-body.ts";
import { decodableFrames, type MessageOptions, refuseUndecodable } from "./request-message.ts";
import { ConnectionLost, type Writing, writeResponse } from "./response.ts";
import { Turnstile } from "./turnstile.ts";
import { answerUnimplemented } from "./unimplemented.ts";
import { askForToken, mayCall } from "./who/admitted.ts";
import type { Identify } from "./who/identity.ts";

/**
 * Answers a request. HTTP/2 servers use it too: their compatibility API has the
 * same methods.
 */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

// The largest valid request, a watch of 64 searches, has 2.5 kB.
const readMaxBytes = 16 * 1024;
const slowestBodyMs = 10_000;
const longestStallMs = 15_000;
const badRequest = 400;

const compressions = [compressionGzip, compressionBrotli];

export interface HandlerOptions {
  /** Adds every service. */
  readonly routes: (router: ConnectRouter) => void;
  /** What callers are told of an error that a method throws. */
  readonly toRpcError: ToRpcError;
  /** Aborts, with the error for callers, when the server leaves. */
  readonly shutdownSignal: AbortSignal;
  readonly identify: Identify;
  readonly log: Logger;
  readonly observer?: CallObserver;
  /** Answers what is no call. */
  readonly fallback: Handler;
  /** How long a request's body may take. */
  readonly bodyTimeMs?: number;
  /** How long a reader may take nothing while there is something to send. */
  readonly patienceMs?: number;
}

/** Every service over gRPC, gRPC-Web and Connect, on whatever server it is mounted. */
export function callHandler(options: HandlerOptions): Handler {
  const {
    routes,
    toRpcError,
    shutdownSignal,
    identify,
    log,
    observer,
    fallback,
    bodyTimeMs = slowestBodyMs,
    patienceMs = longestStallMs,
  } = options;
  const router = createConnectRouter({
    readMaxBytes,
    interceptors: [errorMap(toRpcError, { log, observer })],
    acceptCompression: compressions,
  });
  routes(router);
  const methods = new Map(router.handlers.map((method) => [method.requestPath, method]));
  const bodyLimits = { bytes: readMaxBytes + frameHeadBytes, timeMs: bodyTimeMs };
  const signals = new CallSignals(shutdownSignal);
  const turnstile = new Turnstile();

  return (request, response) => {
    cutLateBody(request, response);
    // A body of which no more is read still fails when its sender leaves, and an error
    // that nobody hears ends the process.
    request.on("error", () => {});
    const method = methods.get((request.url ?? "").split("?", 1)[0] ?? "");
    if (!method) {
      if (!answerUnimplemented(request, response)) fallback(request, response);
      return;
    }
    observer?.callBegun(method.requestPath.slice(1), response);
    const call = new Call(request, response, identify(request));
    if (!mayCall(call.identity, method.service.typeName)) {
      log.info(
        { client: call.client, path: method.requestPath },
        "a call is refused: it has no token that is known",
      );
      observer?.refused({ why: "unauthenticated" });
      askForToken(request, response);
      return;
    }
    const asked = universalRequest(request, response, call);
    if (typeof asked === "string") {
      log.warn({ client: call.client, path: method.requestPath, reason: asked }, "a request is refused: 400");
      response.writeHead(400, { "content-type": "text/plain; charset=utf-8" });
      response.end("Cannot tell the URL of this request. Send a Host header that names the server.\n");
      return;
    }
    shortenDeadlines(asked.header);
    const message = {
      schema: method.method.input,
      header: asked.header,
      compressions,
      bytes: readMaxBytes,
    };
    // What the caller streams comes bit by bit, for as long as the call lasts.
    const body = bringsOne(method)
      ? checkedBody(request, bodyLimits, message)
      : decodableFrames(asked.body as AsyncIterable<Uint8Array>, message);
    const aborting = signals.joined(asked.signal);
    const { token } = call.identity;
    if (token)
      onAbort(
        asked.signal,
        token.onRemoved(() => aborting.abort(new TokenRemoved())),
      );
    const onRefused = (status: number): void =>
      log.info({ client: call.client, path: method.requestPath, status }, "a call is refused");
    const { methodKind } = method.method;
    const onStalled = (): void => {
      log.info(
        { client: call.client, path: method.requestPath },
        "a reader takes nothing: its call is ended",
      );
      aborting.abort(new ReaderStalled(patienceMs));
      cut(response);
    };
    const options = {
      call,
      onRefused,
      onStalled,
      patienceMs,
      turnstile: methodKind === "unary" ? undefined : turnstile,
    };
    answer(method, { ...asked, body, signal: aborting.signal }, response, options).catch((error: unknown) => {
      if (error instanceof ConnectionLost || call.isLost) log.debug({ err: error }, "the caller is gone");
      else breakOff(response, defect(error, method.requestPath, log));
    });
  };
}

/**
 * Not connectNodeAdapter, which prints every caller that hangs up, and throws,
 * outside of any promise, on a Host header that makes no URL.
 *
 * @returns why there is none, when the request has no URL
 */
function universalRequest(
  request: IncomingMessage,
  response: ServerResponse,
  call: Call,
): UniversalServerRequest | string {
  const values = createContextValues().set(callKey, call);
  try {
    return universalRequestFromNodeRequest(request, response, undefined, values);
  } catch (error) {
    return messageOf(error);
  }
}

/** The body, whole and checked once Connect asks for it; what is wrong with it is thrown there. */
async function* checkedBody(
  request: IncomingMessage,
  limits: BodyLimits,
  message: MessageOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const body = await readBody(request, limits);
  await refuseUndecodable(body, message);
  yield body;
}

/** Whether its request is one message. */
function bringsOne({ method: { methodKind } }: UniversalHandler): boolean {
  return methodKind === "unary" || methodKind === "server_streaming";
}

async function answer(
  method: UniversalHandler,
  request: UniversalServerRequest,
  response: ServerResponse,
  { onRefused, ...writing }: AnswerOptions,
): Promise<void> {
  const answered = await method(request);
  if (answered.status === badRequest) onRefused(answered.status);
  await writeResponse(answered, response, writing);
}

interface AnswerOptions extends Writing {
  /** Hears of an answer that is HTTP's 400, in which Connect says that a request is invalid. */
  readonly onRefused: (status: number) => void;
}

/** Ends an answer that cannot be finished. */
function breakOff(response: ServerResponse, { rawMessage }: ConnectError): void {
  if (!response.headersSent) {
    response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
    response.end(`${rawMessage}\n`);
    return;
  }
  const stream = http2StreamOf(response);
  if (stream) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}

/** Ends an answer that nobody takes: what waits to be written is let go. */
function cut(response: ServerResponse): void {
  const stream = http2StreamOf(response);
  if (!stream) {
    response.destroy();
    return;
  }
  stream.close(constants.NGHTTP2_CANCEL);
  stream.destroy();
}
