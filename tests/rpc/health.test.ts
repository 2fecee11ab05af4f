import assert from "node:assert/strict";
import { once } from "node:events";
import { after, afterEach, before, describe, test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { status } from "@grpc/grpc-js";
import {
  Health,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus,
} from "../../proto/gen/grpc/health/v1/health_pb.ts";
import { GrpcHealth, healthName } from "../support/grpc-health.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

const ports = [
  { port: "the gRPC port", url: "grpcUrl", services: ["", "hash_name.HashFinder", "Message"] },
  { port: "the scan port", url: "scanUrl", services: ["", "hash_name.v1.ScanService"] },
] as const;

const worker = ["--workers", "1", "--scan-port", "0"];

describe("the health", () => {
  let server: TestServer;
  let clients: GrpcHealth[] = [];
  const asking = (url: string): GrpcHealth => {
    const client = new GrpcHealth(url);
    clients.push(client);
    return client;
  };
  before(async () => {
    server = await startServer({ args: [...worker, "--maximum-watchers-per-client", "2"] });
  });
  after(() => stopCleanly(server));
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });

  for (const { port, url, services } of ports) {
    test(`of ${port} and of each of its services is SERVING, and others are NOT_FOUND`, async () => {
      const client = asking(server[url]);
      for (const service of services) assert.equal(await client.check(service), "SERVING");
      const refused = await client.check("hash_name.Nothing");
      assert.ok(typeof refused === "object");
      assert.equal(refused.code, status.NOT_FOUND);
      assert.match(refused.details, /no service "hash_name.Nothing"/);
    });

    test(`of ${port} is NOT_SERVING as soon as the server is told to leave, while it still answers`, async () => {
      const leaving = await startServer({ args: [...worker, "--drain-seconds", "1"] });
      const client = asking(leaving[url]);
      const told = client.watch("")[Symbol.asyncIterator]();
      assert.equal(healthName((await told.next()).value), "SERVING");
      leaving.signal();
      assert.equal(healthName((await told.next()).value), "NOT_SERVING");
      assert.equal(await client.check(""), "NOT_SERVING");
      // Then the server leaves, and says so.
      await assert.rejects(told.next(), { code: status.UNAVAILABLE });
      assert.equal(await leaving.ended(), 0);
    });
  }

  test("is told to those that watch before a server leaves that gives no notice", async () => {
    const leaving = await startServer({ args: worker });
    const told = asking(leaving.scanUrl).watch("")[Symbol.asyncIterator]();
    assert.equal(healthName((await told.next()).value), "SERVING");
    leaving.signal();
    assert.equal(healthName((await told.next()).value), "NOT_SERVING");
    await assert.rejects(told.next(), { code: status.UNAVAILABLE });
    assert.equal(await leaving.ended(), 0);
  });

  test("of the web port is told over gRPC-Web", async () => {
    const client = createClient(Health, createGrpcWebTransport({ baseUrl: server.url, httpVersion: "1.1" }));
    const { SERVING } = HealthCheckResponse_ServingStatus;
    assert.equal((await client.check({})).status, SERVING);
    assert.equal((await client.check({ service: "hash_name.HashFinder" })).status, SERVING);
  });

  test("of the public port says nothing of ranges", async () => {
    const refused = await asking(server.grpcUrl).check("hash_name.v1.ScanService");
    assert.ok(typeof refused === "object");
    assert.equal(refused.code, status.NOT_FOUND);
  });

  test("of a service that is not there can be watched", async () => {
    const watching = asking(server.grpcUrl).watch("hash_name.Nothing");
    const [first] = (await once(watching, "data")) as [HealthCheckResponse];
    assert.equal(healthName(first), "SERVICE_UNKNOWN");
    await cancelled(watching);
  });

  test("can be watched again when those that watched have left", async () => {
    const client = asking(server.scanUrl);
    const watching = [client.watch(""), client.watch("")];
    await Promise.all(watching.map((call) => once(call, "data")));
    const [refused] = await once(client.watch("").resume(), "error");
    assert.equal(refused.code, status.RESOURCE_EXHAUSTED);
    await Promise.all(watching.map(cancelled));
    // The server hears of it a moment after this client.
    for (let isIn = false; !isIn; ) {
      const again = client.watch("");
      isIn = await once(again, "data").then(
        () => true,
        () => false,
      );
      if (isIn) await cancelled(again);
    }
  });
});

async function cancelled(call: ReturnType<GrpcHealth["watch"]>): Promise<void> {
  const ended = once(call.resume(), "error");
  call.cancel();
  assert.equal((await ended)[0].code, status.CANCELLED);
}
