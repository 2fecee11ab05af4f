import type { IncomingMessage, ServerResponse } from "node:http";
import { grpcMessage } from "./grpc-message.ts";

/** What a refusal is called by gRPC, by HTTP, and in Connect's JSON. */
export interface RefusedAs {
  readonly grpcStatus: number;
  readonly httpStatus: number;
  readonly code: string;
}

const endOfStream = 0b10;

/**
 * Refuses a call in the protocol that was spoken, before anything of its body is
 * read: gRPC's "trailers-only" response, or Connect's error JSON, which ends a stream
 * in a frame of its own.
 */
export function refuseCall(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { grpcStatus, httpStatus, code }: RefusedAs,
  message: string,
): void {
  const contentType = headers["content-type"] ?? "";
  if (contentType.startsWith("application/grpc")) {
    // Not writeHead, after which `end` sends an empty DATA frame: clients take
    // a status in headers that do not end the stream for a broken response.
    response.setHeader("content-type", contentType);
    response.setHeader("grpc-status", String(grpcStatus));
    response.setHeader("grpc-message", grpcMessage(message));
    response.end();
    return;
  }
  if (contentType.startsWith("application/connect+")) {
    const error = Buffer.from(JSON.stringify({ error: { code, message } }));
    const head = Buffer.alloc(5);
    head.writeUInt8(endOfStream);
    head.writeUInt32BE(error.length, 1);
    response.writeHead(200, { "content-type": contentType });
    response.end(Buffer.concat([head, error]));
    return;
  }
  response.writeHead(httpStatus, { "content-type": "application/json" });
  response.end(JSON.stringify({ code, message }));
}
