import type { IncomingMessage, ServerResponse } from "node:http";
import { Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { Bodies } from "./bodies.ts";
import { defaultRequestMs, type TransportOptions } from "./options.ts";
import { Starts } from "./starts.ts";

/** Takes the requests of a server of either version. */
export type RequestListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** Hands requests on to the handler: those of HTTP/2 have the methods of HTTP/1.1's, in other types. */
export function requestListener({
  handler,
  clientOf,
  requestMs = defaultRequestMs,
}: TransportOptions): RequestListener {
  const bodies = new Bodies(requestMs);
  const starts = new Starts();
  return (request, response) => {
    const client = clientOf(request.socket.remoteAddress ?? "unknown");
    const isHttp2 = request instanceof Http2ServerRequest;
    if (isHttp2 && !bodies.expect(request.stream, client)) return;
    const connection = (isHttp2 ? request.stream.session : undefined) ?? request.socket;
    starts.add(client ?? "", connection, () => {
      // Who has left meanwhile is not served: its `close` event is over.
      if (isHttp2 ? request.stream.closed : request.destroyed) return;
      handler(request as IncomingMessage, response as ServerResponse);
    });
  };
}
