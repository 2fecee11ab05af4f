import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";

/** The stream under a request or response of HTTP/2's compatibility API; undefined over HTTP/1.1. */
export function http2StreamOf(message: IncomingMessage | ServerResponse): ServerHttp2Stream | undefined {
  return "stream" in message ? (message.stream as ServerHttp2Stream) : undefined;
}
