import { STATUS_CODES } from "node:http";
import type { Server, Socket } from "node:net";
import type { Http1Connections } from "./http1-connections.ts";
import type { TransportOptions } from "./options.ts";

// As Node answers where nobody listens for these.
const statusOf: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/**
 * Answers what cannot be read as a request of HTTP/1.1, or not in time, and
 * closes its connection. Node does the same without a word in any log.
 */
export function refuseUnreadable(
  server: Server,
  connections: Http1Connections,
  { log, clientOf }: Pick<TransportOptions, "log" | "clientOf">,
): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const isGone = error.code === "ECONNRESET" || !socket.writable || !connections.has(socket);
    // In the middle of an answer, another one would be read as a part of it.
    if (isGone || connections.carriesCall(socket)) {
      socket.destroy();
      return;
    }
    const status = statusOf[error.code ?? ""] ?? 400;
    const client = clientOf(socket.remoteAddress ?? "unknown");
    log.warn({ client, status, reason: error.code }, "a request is refused: it cannot be read");
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n\r\n`);
    // Not `end`: a client that keeps its side open would keep the connection.
    socket.destroySoon();
  });
}
