import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { pino } from "pino";
import { onlyAddressed } from "../../server/edge/authority.ts";

const addressing = {
  allowedHosts: ["finder.example", ".example.org"],
  isOverTls: false,
  log: pino({ level: "silent" }),
};

describe("a request is answered", () => {
  const over = (isOverTls: boolean) =>
    createServer(onlyAddressed((_, response) => response.end("yes"), { ...addressing, isOverTls }));
  const servers = { cleartext: over(false), TLS: over(true) };
  before(async () => {
    for (const server of Object.values(servers))
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    for (const server of Object.values(servers)) server.close();
  });

  /** The status of a request with these headers; whether its port has TLS is only said. */
  async function statusOf(port: keyof typeof servers, headers: IncomingHttpHeaders): Promise<number> {
    const address = servers[port].address() as AddressInfo;
    const sent = request({ port: address.port, method: "POST", headers: { ...headers }, agent: false });
    sent.end("a body that nobody reads");
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once("response", resolve).once("error", reject);
    });
    response.resume();
    return response.statusCode ?? 0;
  }

  for (const host of [
    "localhost",
    "localhost:8080",
    "LOCALHOST.:8080",
    "app.localhost",
    "127.0.0.1:8080",
    "192.168.1.7",
    "[::1]:8080",
    "[fd00::7]",
    "finder.example",
    "Finder.Example.:443",
    "a.example.org",
    "b.a.example.org:8080",
  ]) {
    test(`for ${host}`, async () => assert.equal(await statusOf("cleartext", { host }), 200));
  }

  for (const host of [
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "notfinder.example",
    "finder.example.evil",
    "example.org",
    "evilexample.org",
    "2130706433",
    "evil.example/.localhost",
    "evil.example?.localhost",
    "evil.example#.localhost",
    "evil.example\\.localhost",
  ]) {
    test(`not for ${host}, a name that may have been made to lead here`, async () =>
      assert.equal(await statusOf("cleartext", { host }), 421));
  }

  test("for any name over TLS, where the certificate has said whose it is", async () =>
    assert.equal(await statusOf("TLS", { host: "other.example" }), 200));

  for (const [host, origin] of [
    ["localhost:8080", "http://localhost:8080"],
    ["finder.example", "https://finder.example"],
    ["finder.example:443", "https://finder.example"],
    ["10.0.0.1:8080", "http://10.0.0.1:8080"],
    // A proxy that names its upstream.
    ["127.0.0.1:8080", "https://finder.example"],
  ] as const) {
    test(`for ${host}, of a page of ${origin}`, async () =>
      assert.equal(await statusOf("cleartext", { host, origin }), 200));
  }

  for (const [host, origin] of [
    ["localhost:8080", "http://evil.example"],
    ["localhost:8080", "http://localhost:3000"],
    ["localhost:8080", "http://localhost"],
    ["127.0.0.1:8080", "http://localhost:8080"],
    ["localhost:8080", "null"],
    ["localhost:8080", "nonsense"],
    ["localhost:8080", "file://"],
  ] as const) {
    test(`not for ${host}, of a page of ${origin}`, async () => {
      for (const port of ["cleartext", "TLS"] as const)
        assert.equal(await statusOf(port, { host, origin }), 403);
    });
  }
});
