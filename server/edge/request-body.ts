import type { IncomingMessage } from "node:http";
import { Code, ConnectError } from "@connectrpc/connect";

/** How much of a body, and for how long, the server waits for. */
export interface BodyLimits {
  readonly bytes: number;
  readonly timeMs: number;
}

/**
 * The whole body of a request, which brings one small message.
 *
 * @throws ConnectError RESOURCE_EXHAUSTED when it is larger than the limit,
 * DEADLINE_EXCEEDED when it takes longer, CANCELLED when its sender leaves
 */
export async function readBody(request: IncomingMessage, { bytes, timeMs }: BodyLimits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onData = (chunk: Uint8Array): void => {
    length += chunk.length;
    if (length <= bytes) chunks.push(chunk);
    else reject(tooLarge(bytes));
  };
  const onClose = (): void => reject(new ConnectError("The caller left.", Code.Canceled));
  const limit = setTimeout(() => reject(tooSlow(timeMs)), timeMs);
  request.on("data", onData).once("end", resolve).once("error", onClose).once("close", onClose);
  try {
    if (Number(request.headers["content-length"]) > bytes) reject(tooLarge(bytes));
    if (request.destroyed && !request.readableEnded) onClose();
    await promise;
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(limit);
    // The error listener stays: an error that nobody hears ends the process.
    request.off("data", onData).off("end", resolve).off("close", onClose);
  }
}

function tooLarge(bytes: number): ConnectError {
  return new ConnectError(
    `Cannot read the request: it is larger than ${bytes} bytes. Send a smaller one.`,
    Code.ResourceExhausted,
  );
}

function tooSlow(timeMs: number): ConnectError {
  return new ConnectError(
    `Cannot read the request: it was not there after ${timeMs / 1000} s. Send it at once.`,
    Code.DeadlineExceeded,
  );
}
