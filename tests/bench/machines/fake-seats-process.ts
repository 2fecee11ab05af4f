// Seats that compute nothing, in a process of their own: what a coordinator does
// for many can then be measured on a machine of few cores.
import { createServer } from "node:http2";
import { setTimeout as pause } from "node:timers/promises";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ScanService } from "../../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion, scanProgressMs } from "../../../proto/scan-contract.ts";

/** What the process is asked for, as its one argument in JSON. */
export interface FakeSeats {
  /** Ports, each a server of its own to who calls it. */
  readonly servers: number;
  readonly seatsEach: number;
}

/** What it says to its parent: its ports at first, then how many ranges it has ended, whenever it is asked. */
export interface FakeSeatsSaid {
  readonly ports?: readonly number[];
  readonly ranges: number;
}

// Of a core with the distance test.
const hashesPerMs = 80_000;

const { servers, seatsEach }: FakeSeats = JSON.parse(process.argv[2] ?? "{}");
let ranges = 0;

const ports = await Promise.all(
  Array.from({ length: servers }, async (_, i) => {
    const server = createServer(connectNodeAdapter({ routes: (router) => offer(router, `fake-${i}`) }));
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", resolve);
    await promise;
    return (server.address() as { port: number }).port;
  }),
);
say({ ports, ranges });
process.on("message", () => say({ ranges }));
process.on("disconnect", () => process.exit());

function offer(router: ConnectRouter, serverInstance: string): void {
  const identity = { contractVersion: scanContractVersion, serverInstance, serverName: serverInstance };
  router.service(ScanService, {
    getScanner: () => ({
      ...identity,
      seats: seatsEach,
      expectedHashesPerSecond: seatsEach * hashesPerMs * 1000,
      instances: [serverInstance],
    }),
    async *scan(requests, { signal }) {
      const asked = requests[Symbol.asyncIterator]();
      const { value } = await asked.next();
      const count = value?.request?.case === "range" ? Number(value.request.value.count) : 0;
      const interrupted = new AbortController();
      void asked.next().then(
        () => interrupted.abort(),
        () => interrupted.abort(),
      );
      const either = AbortSignal.any([signal, interrupted.signal]);
      yield { response: { case: "accepted", value: identity } };
      const beganMs = performance.now();
      const tried = (): bigint =>
        BigInt(Math.min(count, Math.floor((performance.now() - beganMs) * hashesPerMs)));
      const endMs = beganMs + count / hashesPerMs;
      while (performance.now() < endMs && !either.aborted) {
        await pause(Math.min(scanProgressMs, endMs - performance.now() + 1), undefined, {
          signal: either,
        }).catch(() => {});
        yield { response: { case: "progress", value: { tried: tried() } } };
      }
      ranges++;
      const tookMs = performance.now() - beganMs;
      yield {
        response: {
          case: "ended",
          value: {
            tried: tried(),
            took: { seconds: 0n, nanos: Math.round(tookMs * 1e6) % 1e9 },
            idleAfter: { seconds: 0n, nanos: Math.round(tookMs * 1e6) % 1e9 },
          },
        },
      };
    },
  });
}

function say(said: FakeSeatsSaid): void {
  process.send?.(said);
}
