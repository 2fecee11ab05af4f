import type { IncomingMessage, ServerResponse } from "node:http";
import { createConnectRouter, createContextValues } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import type { Logger } from "pino";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { ActivityService } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { SearchReportService } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { Message } from "../../proto/gen/message_pb.ts";
import type { Searches } from "../search/searches.ts";
import type { Streams } from "../streams/streams.ts";
import { activity } from "./activity.ts";
import { callerKey } from "./caller.ts";
import { hashFinder } from "./hash-finder.ts";
import { keyedStreams } from "./keyed-streams.ts";
import { searchReports } from "./search-reports.ts";
import { answerUnimplemented } from "./unimplemented.ts";

/**
 * Answers a request. HTTP/2 servers use it too: their compatibility API has the
 * same methods.
 */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

// The largest valid request, a watch of 64 searches, has 2.5 kB.
const readMaxBytes = 16 * 1024;

export interface RpcOptions {
  readonly searches: Searches;
  readonly streams: Streams;
  /** Another value for every run of the server. */
  readonly serverInstance: string;
  /** What the workers are good for together, as measured at the start; 0: not measured. */
  readonly expectedHashesPerSecond: number;
  /** Aborts, with the error for callers, when the server leaves. */
  readonly shutdownSignal: AbortSignal;
  readonly log: Logger;
  /** Answers what is no call. */
  readonly fallback: Handler;
}

/** Every service over gRPC, gRPC-Web and Connect, on whatever server it is mounted. */
export function rpcHandler(options: RpcOptions): Handler {
  const { searches, streams, serverInstance, expectedHashesPerSecond, shutdownSignal, log, fallback } =
    options;
  const router = createConnectRouter({
    readMaxBytes,
    shutdownSignal,
    acceptCompression: [compressionGzip, compressionBrotli],
  });
  router.service(HashFinder, hashFinder(searches, serverInstance, log));
  router.service(SearchReportService, searchReports(searches, serverInstance, log));
  router.service(ActivityService, activity(searches, streams, serverInstance, expectedHashesPerSecond));
  router.service(Message, keyedStreams(streams, serverInstance, log));
  const methods = new Map(router.handlers.map((method) => [method.requestPath, method]));

  return (request, response) => {
    const method = methods.get((request.url ?? "").split("?", 1)[0] ?? "");
    if (!method) {
      if (!answerUnimplemented(request, response)) fallback(request, response);
      return;
    }
    // Not connectNodeAdapter, which prints every caller that hangs up, and
    // throws, outside of any promise, on a Host header that makes no URL.
    answer(method, request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) log.debug({ err: error }, "the caller is gone");
      else response.writeHead(400).end();
    });
  };
}

async function answer(
  method: UniversalHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const caller = createContextValues().set(callerKey, request.socket.remoteAddress ?? "unknown");
  const call = universalRequestFromNodeRequest(request, response, undefined, caller);
  await universalResponseToNodeResponse(await method(call), response);
}
