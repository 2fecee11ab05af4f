import { once } from "node:events";
import { createServer, type Server } from "node:http";
import {
  createServer as createHttp2Server,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { callHandler, type HandlerOptions } from "../../server/edge/handler.ts";
import { identifyBy } from "../../server/edge/who/identity.ts";

/** The edge with a test's own methods behind it, over HTTP/1.1 and HTTP/2. */
export interface Mounted {
  /** Over HTTP/1.1. */
  readonly url: string;
  /** Over HTTP/2 cleartext. */
  readonly grpcUrl: string;
  /** What was logged so far. */
  readonly logged: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

/** Mounts the edge in this process, on free ports. */
export async function mount(
  options: Partial<HandlerOptions> & Pick<HandlerOptions, "routes">,
): Promise<Mounted> {
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const handler = callHandler({
    toRpcError: () => undefined,
    shutdownSignal: new AbortController().signal,
    identify: identifyBy({ trustedProxies: [] }),
    fallback: (_request, response) => void response.writeHead(404).end(),
    log,
    ...options,
  });
  // So long that a test never takes the end of an idle connection for a freed one.
  const web = createServer({ keepAliveTimeout: 75_000 }, handler);
  // HTTP/2's compatibility API has the same methods in other types.
  const grpc = createHttp2Server(
    handler as unknown as (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  );
  const sessions = new Set<{ destroy(): void }>();
  grpc.on("session", (session) => sessions.add(session));
  return {
    url: await listening(web),
    grpcUrl: await listening(grpc),
    logged,
    close: async () => {
      web.closeAllConnections();
      for (const session of sessions) session.destroy();
      await Promise.all([web, grpc].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function listening(server: Server | Http2Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
