import { createServer, type Server } from "node:http";
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import type { Handler } from "./handler.ts";

// Half-open connections: HTTP/1.1 has TCP's keep-alive, HTTP/2 its own PING.
const keepAliveProbeMs = 5000;
const pingEveryMs = 5000;

// A browser that reuses a connection just as it is closed re-sends its call:
// keep idle connections longer than browsers' own use of them.
const idleConnectionMs = 75_000;

type AnyServer = Server | Http2Server | Http2SecureServer;

/** A server that listens, and can leave without cutting off who is being answered. */
export class Listener {
  readonly server: AnyServer;
  readonly #sessions = new Set<ServerHttp2Session>();

  private constructor(server: AnyServer) {
    this.server = server;
    if (isHttp1(server)) return;
    server.on("session", (session) => {
      this.#sessions.add(session);
      const pings = pinging(session);
      session.once("close", () => {
        clearInterval(pings);
        this.#sessions.delete(session);
      });
      // The session closes after an error; there is nobody left to tell.
      session.on("error", () => {});
    });
  }

  /** HTTP/1.1, or with a certificate HTTP/2 and HTTP/1.1 on one port. */
  static web(handler: Handler, tls: { readonly cert: string; readonly key: string } | undefined): Listener {
    if (tls) return new Listener(createSecureServer({ ...tls, allowHTTP1: true }, forHttp2(handler)));
    const server = createServer(
      { keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs, keepAliveTimeout: idleConnectionMs },
      handler,
    );
    return new Listener(server);
  }

  /** HTTP/2 cleartext, which native gRPC speaks. */
  static grpc(handler: Handler): Listener {
    return new Listener(createHttp2Server(forHttp2(handler)));
  }

  /** The port it listens on. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** @throws the platform's error, such as EADDRINUSE */
  async listen(host: string, port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.server.once("error", reject);
    this.server.listen(port, host, () => resolve());
    await promise;
    this.server.off("error", reject);
  }

  /** Takes no more connections, lets calls under way finish for a time, then cuts. */
  async close(drainMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.close(() => resolve());
    for (const session of this.#sessions) session.close();
    const idle = setInterval(() => this.#closeIdle(), 50);
    const cut = setTimeout(() => this.#closeAll(), drainMs);
    this.#closeIdle();
    await promise;
    clearInterval(idle);
    clearTimeout(cut);
  }

  #closeIdle(): void {
    if ("closeIdleConnections" in this.server) this.server.closeIdleConnections();
  }

  #closeAll(): void {
    if ("closeAllConnections" in this.server) this.server.closeAllConnections();
    for (const session of this.#sessions) session.destroy();
  }
}

/** HTTP/2's compatibility API has the methods of HTTP/1.1's classes, in other types. */
function forHttp2(handler: Handler): (request: Http2ServerRequest, response: Http2ServerResponse) => void {
  return handler as unknown as (request: Http2ServerRequest, response: Http2ServerResponse) => void;
}

function isHttp1(server: AnyServer): server is Server {
  return "keepAliveTimeout" in server;
}

/** Destroys the session when a PING is not answered by the time of the next. */
function pinging(session: ServerHttp2Session): NodeJS.Timeout {
  let answered = true;
  return setInterval(() => {
    // A destroyed session throws when it is pinged, and closes only later.
    if (session.destroyed) return;
    if (!answered) {
      session.destroy();
      return;
    }
    answered = false;
    session.ping((error) => {
      answered = !error;
    });
  }, pingEveryMs);
}
