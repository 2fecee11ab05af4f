import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { certificate, tlsFlags } from "../support/certificates.ts";
import { clientsOver, endless, reportOf } from "../support/clients.ts";
import { startServer, type TestServer } from "../support/server.ts";

const ca = certificate.cert;

describe("with a certificate, one port", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ args: [...tlsFlags("localhost"), "--maximum-hashes", "0"] });
  });
  after(async () => {
    await server.stop();
    assert.equal(await server.ended(), 0);
  });

  const transports: readonly (readonly [string, (baseUrl: string) => Transport])[] = [
    [
      "gRPC-Web over HTTP/1.1",
      (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1", nodeOptions: { ca } }),
    ],
    [
      "gRPC-Web over HTTP/2",
      (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2", nodeOptions: { ca } }),
    ],
    ["native gRPC", (baseUrl) => createGrpcTransport({ baseUrl, nodeOptions: { ca } })],
  ];
  for (const [protocol, transportTo] of transports) {
    test(`answers and is cancelled by ${protocol}`, async () => {
      const clients = clientsOver(transportTo(server.url));
      assert.equal((await clients.finder.find({ desiredName: "cat" })).secret, "BO8=");
      const request = endless();
      const controller = new AbortController();
      const ended = assert.rejects(clients.finder.find(request, { signal: controller.signal }));
      setTimeout(() => controller.abort(), 100);
      await ended;
      const report = await reportOf(clients, request.searchId);
      assert.equal(report.workersIdle, report.workersUsed);
    });
  }
});
