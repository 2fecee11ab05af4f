import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { untilActivity } from "../support/activity.ts";
import { certificate, tlsFlags } from "../support/certificates.ts";
import { type Clients, clientsOver, endless, errorOf, reportOf } from "../support/clients.ts";
import { type Way, ways } from "../support/peers.ts";
import { flood } from "../support/raw-calls.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

const tls = tlsFlags("localhost");
const nodeOptions = { ca: certificate.cert };

/** How each way is had of a server: its flags, its address, its clients, and its encoding on the wire. */
const served: Record<
  Way,
  {
    readonly args: readonly string[];
    readonly url: (server: TestServer) => string;
    readonly clients: (baseUrl: string) => Clients;
    readonly contentType: string;
  }
> = {
  "HTTP/1.1": {
    args: [],
    url: ({ url }) => url,
    clients: (baseUrl) => clientsOver(createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })),
    contentType: "application/grpc-web+proto",
  },
  "HTTP/2": {
    args: [],
    url: ({ grpcUrl }) => grpcUrl,
    clients: (baseUrl) => clientsOver(createGrpcTransport({ baseUrl })),
    contentType: "application/grpc+proto",
  },
  "HTTP/1.1 over TLS": {
    args: tls,
    url: ({ url }) => url,
    clients: (baseUrl) => clientsOver(createGrpcWebTransport({ baseUrl, httpVersion: "1.1", nodeOptions })),
    contentType: "application/grpc-web+proto",
  },
  "HTTP/2 over TLS": {
    args: tls,
    url: ({ url }) => url,
    clients: (baseUrl) => clientsOver(createGrpcTransport({ baseUrl, nodeOptions })),
    contentType: "application/grpc+proto",
  },
};

for (const [way, { args, url, clients, contentType }] of Object.entries(served)) {
  const { connect } = ways[way as Way];

  describe(`over ${way}`, () => {
    test("an abort reaches the search", async () => {
      const server = await startServer({ args: ["--maximum-hashes", "0", ...args] });
      const over = clients(url(server));
      const request = endless();
      const controller = new AbortController();
      const ended = errorOf(over, "find", request, { signal: controller.signal });
      await untilActivity(onGrpcPort(server), ({ workersBusy }) => workersBusy > 0);
      controller.abort();
      await ended;
      const report = await reportOf(over, request.searchId);
      assert.equal(report.workersIdle, report.workersUsed);
      await server.stop();
      assert.equal(await server.ended(), 0);
    });

    test("a reader that stalls and an idle connection do not hold up a shutdown", async () => {
      const server = await startServer({ args: ["--maximum-hashes", "0", ...args] });
      const port = Number(new URL(url(server)).port);
      const [idle, stalled] = [await connect(port), await connect(port)];
      stalled.stall("/hash_name.HashFinder/FindRange", flood(), contentType);
      await untilActivity(
        onGrpcPort(server),
        ({ searches, workersBusy }) => searches === 1 && workersBusy === 0,
      );
      const sentAt = performance.now();
      server.signal("SIGTERM");
      assert.equal(await server.ended(), 0);
      assert.ok(performance.now() - sentAt < 5000);
      await idle.closed;
      stalled.cut();
    });
  });
}

describe("clients that have gone silent, with their connections open", () => {
  test("are found out within 12 s, over HTTP/2 and HTTP/2 over TLS", async () => {
    await Promise.all((["HTTP/2", "HTTP/2 over TLS"] as const).map(foundOut));
  });
});

async function foundOut(way: Way): Promise<void> {
  const { args, url, clients } = served[way];
  // One worker: what it computes all that time is taken from other tests.
  const server = await startServer({ args: ["--maximum-hashes", "0", "--workers", "1", ...args] });
  const proxy = await startTcpProxy(url(server));
  const ended = errorOf(clients(proxy.url), "find", endless());
  await untilActivity(onGrpcPort(server), ({ searches, workersBusy }) => searches === 1 && workersBusy > 0);
  const frozenAt = performance.now();
  proxy.freeze();
  await until(() => server.logged({ msg: "search ended" }).length === 1);
  assert.ok(performance.now() - frozenAt < 12_000);
  assert.equal(server.logged({ msg: "search ended" })[0]?.cause, "cancelled");
  proxy.cut();
  await ended;
  await proxy.close();
  await server.stop();
  assert.equal(await server.ended(), 0);
}

/** Reaches any server beside what is tested. */
function onGrpcPort({ grpcUrl }: TestServer): Transport {
  return createGrpcTransport({ baseUrl: grpcUrl, nodeOptions });
}
