import { once } from "node:events";
import {
  constants,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { callHandler } from "../../server/edge/handler.ts";
import { identifyBy } from "../../server/edge/who/identity.ts";
import type { Engine } from "../../server/engine/engine.ts";
import { scans } from "../../server/rpc/scans.ts";
import { scannerOn } from "../../server/scans/scanner.ts";

/** An engine that computes for others, in this process. */
export interface ScanServer {
  readonly url: string;
  /** For each scan to come, after how many writes its stream is destroyed; undefined: never. */
  readonly breaks: (number | undefined)[];
  /** How many scans were cut short, so or by a restart. */
  readonly broken: number;
  /** The deadline of each scan so far, as it was sent. */
  readonly deadlines: readonly string[];
  readonly logged: readonly Record<string, unknown>[];
  /** Cuts its connections without a word, as the death of its process does, and takes new ones on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves scans with the engine on a free port.
 *
 * @param onWrite hears that something is about to be written to a scan
 */
export async function startScanServer(engine: Engine, onWrite: () => void = () => {}): Promise<ScanServer> {
  const logged: Record<string, unknown>[] = [];
  const breaks: (number | undefined)[] = [];
  const deadlines: string[] = [];
  let broken = 0;
  let open = 0;
  const handler = callHandler({
    routes: (router) =>
      router.service(
        ScanService,
        scans(scannerOn(engine), {
          serverInstance: "served",
          serverName: "in this process",
          // So slow that deadlines follow from it.
          expectedHashesPerSecond: 2200,
          upstreamInstances: () => [],
          leaving: new AbortController().signal,
        }),
      ),
    toRpcError: () => undefined,
    shutdownSignal: new AbortController().signal,
    identify: identifyBy({ trustedProxies: [] }),
    fallback: (_request, response) => void response.writeHead(404).end(),
    log: pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  }) as unknown as (request: Http2ServerRequest, response: Http2ServerResponse) => void;
  const server = createServer((request, response) => {
    if (request.url.endsWith("/Scan")) {
      deadlines.push(String(request.headers["grpc-timeout"]));
      open++;
      response.stream.once("close", () => open--);
      watchWrites(response, breaks.shift());
    }
    handler(request, response);
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    breaks,
    get broken() {
      return broken;
    },
    deadlines,
    logged,
    restart: async () => {
      broken += open;
      await close();
      await listen(port);
    },
    close,
  };

  async function listen(port: number): Promise<void> {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  }

  async function close(): Promise<void> {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  }

  function watchWrites({ stream }: Http2ServerResponse, most = Number.POSITIVE_INFINITY): void {
    const { write } = stream;
    let left = most;
    stream.write = (...args: unknown[]): boolean => {
      onWrite();
      if (left-- > 0) return Reflect.apply(write, stream, args);
      if (left === -1) {
        broken++;
        stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      }
      return false;
    };
  }
}
