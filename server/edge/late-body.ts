import type { IncomingMessage, ServerResponse } from "node:http";
import { constants } from "node:http2";
import { http2StreamOf } from "./http2-stream.ts";

// It may read its answer only when it has sent everything.
const afterAnswerMs = 1000;

/**
 * Frees a request that is answered before all of its body has come, because it
 * was too slow, too large or not wanted: what still comes is thrown away for a
 * moment, then the connection (HTTP/1.1) or the stream (HTTP/2) is cut.
 */
export function cutLateBody(request: IncomingMessage, response: ServerResponse): void {
  const stream = http2StreamOf(response);
  const onAnswered = (): void => {
    if (request.complete || request.readableEnded || request.destroyed) return;
    request.resume();
    const cut = setTimeout(() => {
      if (stream) stream.close(constants.NGHTTP2_NO_ERROR);
      else request.socket.destroy();
    }, afterAnswerMs);
    const letGo = (): void => clearTimeout(cut);
    request.once("end", letGo).once("close", letGo);
  };
  // The compatibility API's response finishes only with its stream.
  (stream ?? response).once("finish", onAnswered);
}
