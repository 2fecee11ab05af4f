import type { Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { pino } from "pino";
import type { Limits } from "../../server/calls/limits.ts";
import { networksIn } from "../../server/edge/client.ts";
import { identifyBy } from "../../server/edge/who/identity.ts";
import { Engine } from "../../server/engine/engine.ts";
import { rpcError, shutdownError } from "../../server/rpc/errors.ts";
import { services } from "../../server/rpc/services.ts";
import { Searches } from "../../server/search/searches.ts";
import { Streams } from "../../server/streams/streams.ts";
import { withHeaders } from "./callers.ts";
import { FakeWorkers } from "./fake-workers.ts";
import { noLimits } from "./limits.ts";
import { mount } from "./mounted.ts";
import { quotasOf } from "./quotas.ts";

/** The public services in this process, on workers that do what a test says. */
export interface Served {
  readonly workers: FakeWorkers;
  readonly searches: Searches;
  readonly streams: Streams;
  /** As the server is told to leave, before it refuses anything. */
  leave(): void;
  /** Everything that the services have logged. */
  readonly logged: readonly Record<string, unknown>[];
  /** gRPC over HTTP/2, or gRPC-Web, or Connect with JSON, as somebody with this address. */
  transport(address?: string, over?: "gRPC" | "gRPC-Web" | "Connect with JSON"): Transport;
  close(): Promise<void>;
}

export const servedInstance = "this run";

/** Serves them on free ports. */
export async function serve(
  limits: Partial<Limits> = {},
  workers = new FakeWorkers(1),
  quotas = quotasOf(),
): Promise<Served> {
  const all = { ...noLimits, ...limits };
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const engine = new Engine(workers);
  const searches = new Searches(engine, all, () => {});
  const streams = new Streams(all, () => {});
  const [leaving, shutdown] = [new AbortController(), new AbortController()];
  const mounted = await mount({
    routes: services({
      searches,
      streams,
      quotas,
      watchLimits: all,
      serverInstance: servedInstance,
      expectedHashesPerSecond: 1234,
      leaving: leaving.signal,
      lab: undefined,
      log,
    }),
    toRpcError: (error) => rpcError(error, servedInstance),
    shutdownSignal: shutdown.signal,
    // So that a header says who calls.
    identify: identifyBy({ trustedProxies: networksIn("127.0.0.1") }),
  });
  return {
    workers,
    searches,
    streams,
    leave: () => leaving.abort(),
    logged,
    transport: (address = "192.0.2.1", over = "gRPC") => {
      const interceptors = [withHeaders({ "x-forwarded-for": address })];
      if (over === "gRPC") return createGrpcTransport({ baseUrl: mounted.grpcUrl, interceptors });
      const options = { baseUrl: mounted.url, httpVersion: "1.1", interceptors } as const;
      if (over === "gRPC-Web") return createGrpcWebTransport(options);
      return createConnectTransport({ ...options, useBinaryFormat: false });
    },
    close: async () => {
      shutdown.abort(shutdownError());
      streams.close("shutdown");
      for (const slice of [...workers.slices]) slice.finish(0);
      const closed = searches.close("shutdown");
      for (const slice of [...workers.slices]) slice.finish(0);
      await closed;
      await engine.close();
      await mounted.close();
    },
  };
}
