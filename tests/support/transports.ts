import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:net";
import { pino } from "pino";
import { http1Transport } from "../../server/edge/transport/http1.ts";
import { http2Transport } from "../../server/edge/transport/http2.ts";
import type { TransportOptions } from "../../server/edge/transport/options.ts";
import { tlsTransport } from "../../server/edge/transport/tls.ts";
import type { Transport } from "../../server/edge/transport/transport.ts";
import { certificate } from "./certificates.ts";
import { type Peer, type Way, ways } from "./peers.ts";

const kinds: Record<string, (options: TransportOptions) => Transport<Server>> = {
  http1: http1Transport,
  http2: http2Transport,
  tls: (options) => tlsTransport(options, certificate),
};

interface Received {
  readonly response: ServerResponse;
  readonly closed: Promise<unknown>;
}

/** A port in the test's own process. */
export interface TestTransport {
  readonly transport: Transport<Server>;
  connect(): Promise<Peer>;
  /** Resolves to the next request's response, and what resolves when that is closed. */
  request(): Promise<Received>;
  /** Log entries so far. */
  readonly logged: readonly Record<string, unknown>[];
}

/** Listens on a free port for connections that come that way. */
export async function startTransport(
  way: Way,
  options: Partial<TransportOptions> = {},
): Promise<TestTransport> {
  const logged: Record<string, unknown>[] = [];
  const { kind, connect } = ways[way];
  const make = kinds[kind];
  if (!make) throw new Error(`there is no transport ${kind}`);
  const transport = make({
    handler: (request: IncomingMessage, response: ServerResponse) => {
      transport.server.emit("test-request", { response, closed: once(response, "close") } satisfies Received);
      if (request.url === "/answered") response.end("answer");
      if (request.url === "/flood") flood(response);
    },
    log: pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    maximumConnectionsPerClient: 0,
    clientOf: (address) => address,
    callerOf: ({ socket }) => socket.remoteAddress ?? "unknown",
    ...options,
  });
  await transport.listen("127.0.0.1", 0);
  return {
    transport,
    logged,
    connect: () => connect(transport.port),
    request: async () => {
      const [received] = await once(transport.server, "test-request");
      return received;
    },
  };
}

/** Writes until the reader takes no more. */
function flood(response: ServerResponse): void {
  while (response.write(Buffer.alloc(65_536)));
  response.once("drain", () => flood(response));
}
