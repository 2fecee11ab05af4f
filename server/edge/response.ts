import type { ServerResponse } from "node:http";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { Call } from "./call.ts";
import { readableTrailerFrame, readableTrailers } from "./grpc-message.ts";
import type { Turnstile } from "./turnstile.ts";

/**
 * Writes what a call answers, as fast as its reader takes it and no faster than
 * the turnstile lets it through.
 *
 * In place of Connect's own writer, which never lets the event loop turn while
 * the reader keeps up, and which goes on writing to a connection that was reset
 * until its `close` event.
 *
 * @throws when the connection ends first; the answer's iterator is told
 */
export async function writeResponse(
  answer: UniversalServerResponse,
  response: ServerResponse,
  call: Call,
  turnstile: Turnstile | undefined,
): Promise<void> {
  const chunks = answer.body?.[Symbol.asyncIterator]();
  const isWeb = answer.header?.get("content-type")?.startsWith("application/grpc-web") ?? false;
  try {
    for (let chunk = await chunks?.next(); chunk && !chunk.done; chunk = await chunks?.next()) {
      await turnstile?.pass();
      refuseLost(call);
      sendHead(answer, response);
      let isTaken = response.write(isWeb ? readableTrailerFrame(chunk.value) : chunk.value);
      const frames = call.frames.take();
      if (frames) isTaken = response.write(frames);
      if (!isTaken) await drained(response, call);
    }
    sendHead(answer, response);
    if (answer.trailer) response.addTrailers(readableTrailers(answer.trailer));
    response.end();
  } catch (error) {
    chunks?.throw?.(error).catch(() => {});
    throw error;
  } finally {
    chunks?.return?.().catch(() => {});
  }
}

function sendHead({ status, header }: UniversalServerResponse, response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(status, header ? Object.fromEntries(header) : {});
}

function refuseLost({ isLost }: Call): void {
  if (isLost) throw new ConnectionLost();
}

/** Resolves when the connection can take more; rejects when it is closed first. */
async function drained(response: ServerResponse, call: Call): Promise<void> {
  refuseLost(call);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onClose = (): void => reject(new ConnectionLost());
  response.once("drain", resolve);
  response.once("close", onClose);
  try {
    await promise;
  } finally {
    response.off("drain", resolve);
    response.off("close", onClose);
  }
}

/** The caller is gone, before it had its answer. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";

  constructor() {
    super("the connection was lost while the answer was written");
  }
}
