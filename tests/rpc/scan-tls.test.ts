import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Health, HealthCheckResponse_ServingStatus } from "../../proto/gen/grpc/health/v1/health_pb.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { certificateOf, machineFlags, tlsFile } from "../support/certificates.ts";
import { endless, nativeClients, reportOf } from "../support/clients.ts";
import { startServer, type TestServer } from "../support/server.ts";

// One authority's; the other certificate is nobody's but its own.
const machine = certificateOf("machine");
const stranger = certificateOf("localhost");
const ca = readFileSync(tlsFile("machines.ca.pem"), "utf8");

describe("a scan port with certificates", () => {
  let worker: TestServer;
  let url: string;
  before(async () => {
    worker = await startServer({
      args: ["--workers", "1", "--scan-port", "0", "--scan-host", "0.0.0.0", ...machineFlags("scan")],
    });
    url = `https://localhost:${new URL(worker.scanUrl).port}`;
  });
  after(() => worker.stop());

  test("computes for a server with one of the same authority, which can stop it", async () => {
    const coordinator = await startServer({
      args: ["--workers", "0", "--upstream", url, ...machineFlags("upstream")],
    });
    const clients = nativeClients(coordinator);
    await untilActivity(coordinator.url, ({ workers }) => workers === 1);
    assert.equal((await clients.finder.find({ desiredName: "cat" })).secret, "BO8=");
    const search = endless();
    const controller = new AbortController();
    const call = clients.finder.find(search, { signal: controller.signal }).catch(() => {});
    await untilActivity(worker.url, ({ workersBusy }) => workersBusy === 1);
    controller.abort();
    await call;
    assert.equal((await reportOf(clients, search.searchId)).hops.length, 1);
    await untilIdle(worker.url);
    await coordinator.stop();
    assert.equal(await coordinator.ended(), 0);
  });

  test("tells its health to who has one", async () => {
    const { status } = await healthOf(url, machine);
    assert.equal(status, HealthCheckResponse_ServingStatus.SERVING);
  });

  for (const [who, shown] of [
    ["who has none", undefined],
    ["who has one that nobody certified", stranger],
  ] as const) {
    test(`refuses ${who} before any call, and says so in the log`, async () => {
      const before = worker.logged({ msg: refusal }).length;
      // Which code it is depends on when the connection is closed.
      await assert.rejects(healthOf(url, shown), ConnectError);
      await worker.untilLogged({ msg: refusal }, before + 1);
    });
  }

  test("is no upstream for a server that speaks cleartext, or trusts another authority", async () => {
    for (const args of [
      ["--upstream", url.replace("https", "http")],
      ["--upstream", url, ...machineFlags("upstream", { ca: "localhost.cert.pem" })],
    ]) {
      const coordinator = await startServer({ args: ["--workers", "0", ...args] });
      await coordinator.untilLogged({ msg: "an upstream cannot be used" });
      await coordinator.stop();
      assert.equal(await coordinator.ended(), 0);
    }
  });
});

describe("certificates between servers that are replaced", () => {
  let files: string;
  const file = (name: string): string => join(files, name);
  const put = (name: string, trusted: string): void => {
    copyFileSync(tlsFile(`${name}.cert.pem`), file("cert.pem"));
    copyFileSync(tlsFile(`${name}.key.pem`), file("key.pem"));
    copyFileSync(tlsFile(trusted), file("ca.pem"));
  };
  const flags = (of: "scan" | "upstream"): string[] =>
    ["cert", "key", "ca"].flatMap((part) => [`--${of}-tls-${part}`, file(`${part}.pem`)]);
  before(() => {
    files = mkdtempSync(join(tmpdir(), "hash-finder-scan-tls-"));
  });
  after(() => rmSync(files, { recursive: true }));

  test("at a scan port hold for connections from then on, and what is wrong changes nothing", async () => {
    put("machine", "machines.ca.pem");
    const worker = await startServer({
      args: ["--workers", "1", "--scan-port", "0", ...flags("scan")],
    });
    const url = `https://localhost:${new URL(worker.scanUrl).port}`;
    await healthOf(url, machine);
    await assert.rejects(healthOf(url, stranger), ConnectError);
    // Its own is another, and so are those that it lets in.
    put("localhost", "localhost.cert.pem");
    worker.signal("SIGHUP");
    await worker.untilLogged({ msg: "read again", what: "scan certificate" });
    await healthOf(url, stranger, stranger.cert);
    await assert.rejects(healthOf(url, machine, stranger.cert), ConnectError);
    writeFileSync(file("ca.pem"), "no");
    worker.signal("SIGHUP");
    await worker.untilLogged({ msg: kept, what: "scan certificate" });
    await healthOf(url, stranger, stranger.cert);
    await worker.stop();
    assert.equal(await worker.ended(), 0);
  });

  test("for upstreams hold from the next connection on, and what is wrong changes nothing", async () => {
    const worker = await startServer({
      args: ["--workers", "1", "--scan-port", "0", ...machineFlags("scan")],
    });
    const url = `https://localhost:${new URL(worker.scanUrl).port}`;
    put("localhost", "machines.ca.pem");
    const coordinator = await startServer({
      args: ["--workers", "0", "--upstream", url, ...flags("upstream")],
    });
    await coordinator.untilLogged({ msg: "an upstream cannot be used" });
    copyFileSync(tlsFile("machine.cert.pem"), file("cert.pem"));
    coordinator.signal("SIGHUP");
    // The key is still the other one's.
    await coordinator.untilLogged({ msg: kept, what: "upstream certificate" });
    put("machine", "machines.ca.pem");
    coordinator.signal("SIGHUP");
    await coordinator.untilLogged({ msg: "read again", what: "upstream certificate" });
    await untilActivity(coordinator.url, ({ workers }) => workers === 1);
    assert.equal((await nativeClients(coordinator).finder.find({ desiredName: "cat" })).secret, "BO8=");
    for (const server of [coordinator, worker]) {
      await server.stop();
      assert.equal(await server.ended(), 0);
    }
  });
});

const refusal = "a connection is refused: TLS";
const kept = "cannot be read again: it stays as it was";

async function healthOf(baseUrl: string, shown: typeof machine | undefined, trusted = ca) {
  const transport = createGrpcTransport({ baseUrl, nodeOptions: { ca: trusted, ...shown } });
  return await createClient(Health, transport).check({}, { timeoutMs: 5000 });
}
