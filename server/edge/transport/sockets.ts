import type { Server, Socket } from "node:net";
import type { Logger } from "pino";
import type { TransportOptions } from "./options.ts";
import { Tally } from "./tally.ts";

// TCP's own probes find a silent other end: the first after 5 s of silence, then
// one a second, and after six without an answer the connection is closed. They
// do not run while sent data waits to be acknowledged.
const keepAlive = { enable: true, initialDelay: 5000, interval: 1000, count: 6 };

const logEveryMs = 1000;

/** The TCP connections of a server, counted for each client. */
export class Sockets {
  readonly #open = new Set<Socket>();
  readonly #perClient = new Tally();
  readonly #maximumPerClient: number;
  readonly #clientOf: TransportOptions["clientOf"];
  readonly #refused: RefusalLog;

  constructor(
    server: Server,
    {
      maximumConnectionsPerClient,
      clientOf,
      log,
    }: Pick<TransportOptions, "maximumConnectionsPerClient" | "clientOf" | "log">,
  ) {
    this.#maximumPerClient = maximumConnectionsPerClient;
    this.#clientOf = clientOf;
    this.#refused = new RefusalLog(log);
    // Also of a TLS server: these are the connections below its handshakes.
    server.on("connection", (socket: Socket) => this.#add(socket));
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Destroys every connection, whatever it carries. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #add(socket: Socket): void {
    const client = this.#clientOf(socket.remoteAddress ?? "unknown");
    if (client !== undefined) {
      if (this.#maximumPerClient > 0 && this.#perClient.of(client) >= this.#maximumPerClient) {
        // A reset: an orderly end would leave the server to wait for the client's.
        socket.resetAndDestroy();
        this.#refused.note(client);
        return;
      }
      this.#perClient.add(client);
    }
    this.#open.add(socket);
    socket.setKeepAlive(keepAlive);
    socket.once("close", () => {
      this.#open.delete(socket);
      if (client !== undefined) this.#perClient.remove(client);
    });
  }
}

/** Says at most once a second that connections were refused: whoever opens thousands must not fill the log. */
class RefusalLog {
  readonly #log: Logger;
  #loggedAtMs = Number.NEGATIVE_INFINITY;
  #since = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  note(client: string): void {
    this.#since++;
    const nowMs = performance.now();
    if (nowMs - this.#loggedAtMs < logEveryMs) return;
    this.#log.warn({ client, refused: this.#since }, "connections refused: the client has too many open");
    this.#loggedAtMs = nowMs;
    this.#since = 0;
  }
}
