import assert from "node:assert/strict";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { pino } from "pino";
import { onlyAddressed } from "../../server/edge/authority.ts";

const logged: Record<string, unknown>[] = [];
const addressing = {
  allowedHosts: ["finder.example", ".example.org"],
  isOverTls: false,
  log: pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
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

  for (const [headers, status, words] of [
    [
      { host: "evil.example" },
      421,
      /^This server does not go by the name .*--allowed-hosts and the name\.\n$/,
    ],
    [
      { host: "localhost", origin: "http://evil.example" },
      403,
      /^This server does not answer pages of other origins\. .*--allowed-hosts and the page's host name\.\n$/,
    ],
  ] as const) {
    test(`not with ${status} without a word, to the caller as to the log`, async () => {
      const { port } = servers.cleartext.address() as AddressInfo;
      const sent = request({ port, headers, agent: false }).end();
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      assert.equal(response.headers["content-type"], "text/plain; charset=utf-8");
      assert.match(await text(response), words);
      const { msg, host, origin, status: said } = logged.at(-1) ?? {};
      assert.deepEqual([msg, host, said], ["a request is refused", headers.host, status]);
      assert.equal(origin, "origin" in headers ? headers.origin : undefined);
    });
  }

  for (const [about, head, status] of [
    ["a client that names no host", "", 200],
    ["a client whose Host makes no URL, which no browser sends", "Host: no host\r\n", 200],
    [
      "a page of another origin, whatever its Host makes",
      "Host: no host\r\nOrigin: http://evil.example\r\n",
      403,
    ],
    ["a page that names no host", "Origin: http://undefined\r\n", 403],
    ["an allowed page that names no host", "Origin: https://finder.example\r\n", 200],
  ] as const) {
    test(`${status === 200 ? "" : "not "}for ${about}`, async () => {
      const { port } = servers.cleartext.address() as AddressInfo;
      const socket = connect(port, "127.0.0.1");
      socket.write(`GET / HTTP/1.0\r\n${head}\r\n`);
      assert.match(await text(socket), new RegExp(`^HTTP/1\\.1 ${status} `));
    });
  }

  test("over HTTP/2 for the name that is asked for there", async () => {
    const handler = onlyAddressed((_, response) => response.end("yes"), addressing);
    const server = createHttp2Server((asked, response) =>
      handler(asked as unknown as IncomingMessage, response as unknown as ServerResponse),
    ).listen(0, "127.0.0.1");
    await once(server, "listening");
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    for (const [authority, status] of [
      ["finder.example", 200],
      ["evil.example", 421],
    ] as const) {
      const [headers] = await once(session.request({ ":authority": authority }).resume(), "response");
      assert.equal(headers[":status"], status);
    }
    session.close();
    server.close();
  });
});
