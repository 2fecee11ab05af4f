import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { Bodies } from "./bodies.ts";
import { maximumHeaderListBytes } from "./limits.ts";
import { defaultRequestMs, type TransportOptions } from "./options.ts";
import { Starts } from "./starts.ts";

// Of each field, besides its name and its value. RFC 9113, section 6.5.2.
const fieldBytes = 32;

/** Takes the requests of a server of either version. */
export type RequestListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** Hands requests on to the handler: those of HTTP/2 have the methods of HTTP/1.1's, in other types. */
export function requestListener({
  handler,
  callerOf,
  streamed = new Set(),
  requestMs = defaultRequestMs,
}: TransportOptions): RequestListener {
  const bodies = new Bodies(requestMs);
  const starts = new Starts();
  return (request, response) => {
    const isHttp2 = request instanceof Http2ServerRequest;
    if (isHttp2 && headerListBytes(request) > maximumHeaderListBytes) {
      // As Node does from the moment on at which the client has acknowledged the limit;
      // until then, and of one that never does, it takes 64 kB.
      request.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    const client = callerOf(request as IncomingMessage);
    const connection = (isHttp2 ? request.stream.session : undefined) ?? request.socket;
    starts.add(client, connection, () => {
      // Its caller may have left while it waited; nothing would tell that any more.
      if (isHttp2 ? request.stream.closed : request.destroyed) return;
      const isTimed = !streamed.has(request.url ?? "");
      if (isHttp2 && !bodies.expect(request.stream, client, isTimed)) return;
      handler(request as IncomingMessage, response as ServerResponse);
    });
  };
}

function headerListBytes({ rawHeaders }: Http2ServerRequest): number {
  return rawHeaders.reduce((sum, text) => sum + text.length + fieldBytes / 2, 0);
}
