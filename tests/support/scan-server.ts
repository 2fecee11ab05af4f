import { once } from "node:events";
import {
  constants,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { pino } from "pino";
import { ScanService } from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { RemoteWorkers } from "../../server/cluster/remote-workers.ts";
import { Upstream } from "../../server/cluster/upstream.ts";
import { callHandler } from "../../server/edge/handler.ts";
import type { Engine } from "../../server/engine/engine.ts";
import { scans } from "../../server/rpc/scans.ts";
import { scannerOn } from "../../server/scans/scanner.ts";

/** An engine that computes for others, in this process. */
export interface ScanServer {
  /** Makes workers for another engine, over so many upstreams that all are this server. */
  workers(upstreams: number): RemoteWorkers;
  /** For each scan to come, after how many writes its stream is destroyed; undefined: never. */
  readonly breaks: (number | undefined)[];
  /** How many were. */
  readonly broken: number;
  /** The deadline of each scan so far, as it was sent. */
  readonly deadlines: readonly string[];
  readonly logged: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

/** Serves scans with the engine on a free port. */
export async function startScanServer(engine: Engine): Promise<ScanServer> {
  const logged: Record<string, unknown>[] = [];
  const breaks: (number | undefined)[] = [];
  const deadlines: string[] = [];
  let broken = 0;
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
    trustedProxies: [],
    fallback: (_request, response) => void response.writeHead(404).end(),
    log: pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  }) as unknown as (request: Http2ServerRequest, response: Http2ServerResponse) => void;
  const server = createServer((request, response) => {
    if (request.url.endsWith("/Scan")) {
      deadlines.push(String(request.headers["grpc-timeout"]));
      const writes = breaks.shift();
      if (writes !== undefined) breakAfter(writes, response);
    }
    handler(request, response);
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    workers: (upstreams) => remoteWorkers(url, upstreams),
    breaks,
    get broken() {
      return broken;
    },
    deadlines,
    logged,
    close: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function breakAfter(writes: number, { stream }: Http2ServerResponse): void {
    const { write } = stream;
    let left = writes;
    stream.write = (...args: unknown[]): boolean => {
      if (left-- > 0) return Reflect.apply(write, stream, args);
      if (left === -1) {
        broken++;
        stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      }
      return false;
    };
  }
}

function remoteWorkers(url: string, count: number): RemoteWorkers {
  const path = ["coordinator"];
  const log = pino({ level: "silent" });
  return new RemoteWorkers({
    path,
    upstreams: (onReady) => {
      const options = { path: () => path, seats: undefined, log, onReady };
      const list = Array.from(
        { length: count },
        () => new Upstream(url, createGrpcTransport({ baseUrl: url }), options),
      );
      return { list, close: () => list.forEach((upstream) => void upstream.close()) };
    },
  });
}
