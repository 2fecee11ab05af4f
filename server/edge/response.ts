import type { ServerResponse } from "node:http";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { Call } from "./call.ts";
import { readableTrailerFrame, readableTrailers } from "./grpc-message.ts";
import type { Turnstile } from "./turnstile.ts";

/** How an answer is written. */
export interface Writing {
  readonly call: Call;
  readonly turnstile: Turnstile | undefined;
  /** How long a reader may take nothing, or less than some 32 kB, while there is something to send. */
  readonly patienceMs: number;
  /** Hears that it took so long. */
  readonly onStalled: () => void;
}

/**
 * Writes what a call answers, as fast as its reader takes it and no faster than
 * the turnstile lets it through.
 *
 * In place of Connect's own writer, which never lets the event loop turn while
 * the reader keeps up, and which goes on writing to a connection that was reset
 * until its `close` event.
 *
 * @throws when the connection ends first, or nothing is taken any more; the answer's iterator is told
 */
export async function writeResponse(
  answer: UniversalServerResponse,
  response: ServerResponse,
  { call, turnstile, patienceMs, onStalled }: Writing,
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
      if (!isTaken) await drained(response, { call, patienceMs, onStalled });
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

/**
 * Resolves when the connection can take more; rejects when it is closed first, or when
 * it takes nothing for too long: a frozen reader keeps its connection, and HTTP/1.1 has
 * no other way to notice.
 */
async function drained(
  response: ServerResponse,
  { call, patienceMs, onStalled }: Omit<Writing, "turnstile">,
): Promise<void> {
  refuseLost(call);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onClose = (): void => reject(new ConnectionLost());
  const patience = setTimeout(() => {
    onStalled();
    onClose();
  }, patienceMs);
  response.once("drain", resolve);
  response.once("close", onClose);
  try {
    await promise;
  } finally {
    clearTimeout(patience);
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
