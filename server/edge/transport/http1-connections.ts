import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server, Socket } from "node:net";
import type { TLSSocket } from "node:tls";

// Browsers and proxies send the next request when they have the answer. Node reads
// ahead as many as come: behind one answer that is not there yet, one connection
// made the loop's turns last 4 s, and took 300 MB.
const mostAhead = 16;

/**
 * The HTTP/1.1 connections of a server, with the calls under way on each, so that
 * each can be closed when its last call ends. Node's closeIdleConnections closes
 * those that are idle when it is called, and would have to be called again and again.
 */
export class Http1Connections {
  readonly #calls = new Map<Socket, number>();
  #isClosing = false;

  /** @param opened the server's event for a connection on which requests can come */
  constructor(server: Server, opened: "connection" | "secureConnection") {
    server.on(opened, (socket: Socket | TLSSocket) => {
      if ("alpnProtocol" in socket && socket.alpnProtocol === "h2") return;
      this.#calls.set(socket, 0);
      socket.once("close", () => this.#calls.delete(socket));
      if (this.#isClosing) socket.destroy();
    });
    server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
      if (!this.#calls.has(socket)) return;
      this.#count(socket, 1);
      response.once("close", () => this.#count(socket, -1));
    });
  }

  /** Whether it is one of them: one whose TLS handshake failed never was. */
  has(socket: Socket): boolean {
    return this.#calls.has(socket);
  }

  /** Whether a call is under way on it. */
  carriesCall(socket: Socket): boolean {
    return (this.#calls.get(socket) ?? 0) > 0;
  }

  /** Closes each connection as soon as it carries no call. */
  close(): void {
    this.#isClosing = true;
    for (const [socket, calls] of this.#calls) if (calls === 0) socket.destroySoon();
  }

  #count(socket: Socket, change: 1 | -1): void {
    const calls = this.#calls.get(socket);
    if (calls === undefined) return;
    this.#calls.set(socket, calls + change);
    if (calls + change > mostAhead) socket.destroy();
    if (this.#isClosing && calls + change === 0) socket.destroySoon();
  }
}
