import type { IncomingMessage, ServerResponse } from "node:http";
import { grpcMessage } from "./grpc-message.ts";

const unimplemented = 12;

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
  const message = `There is no method ${path} here.`;
  if (contentType.startsWith("application/grpc")) {
    // Not writeHead, after which `end` sends an empty DATA frame: clients take
    // a status in headers that do not end the stream for a broken response.
    response.setHeader("content-type", contentType);
    response.setHeader("grpc-status", String(unimplemented));
    response.setHeader("grpc-message", grpcMessage(message));
    response.end();
    return true;
  }
  // "/package.Service/Method", which no page of the app is named like.
  if (request.method === "POST" && /^\/[\w.]+\/\w+$/.test(path)) {
    response.writeHead(404, { "content-type": "application/json" });
    response.end(JSON.stringify({ code: "unimplemented", message }));
    return true;
  }
  return false;
}
