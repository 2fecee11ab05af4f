import type { IncomingMessage, ServerResponse } from "node:http";
import { refuseCall } from "./refuse-call.ts";

/**
 * Answers a call of a service or method that the server does not have with
 * UNIMPLEMENTED, in the protocol that was spoken (gRPC's "trailers-only"
 * response, or Connect's error JSON). A gRPC client would read a plain 404 so
 * too, but without a word on what is wrong.
 *
 * @returns whether it was a call; a page request is left alone
 */
export function answerUnimplemented(request: IncomingMessage, response: ServerResponse): boolean {
  const contentType = request.headers["content-type"] ?? "";
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const isGrpc = contentType.startsWith("application/grpc");
  // "/package.Service/Method", which no page of the app is named like.
  if (!isGrpc && !(request.method === "POST" && /^\/[\w.]+\/\w+$/.test(path))) return false;
  refuseCall(request, response, unimplemented, `There is no method ${path} here.`);
  return true;
}

const unimplemented = { grpcStatus: 12, httpStatus: 404, code: "unimplemented" } as const;
