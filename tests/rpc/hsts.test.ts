import assert from "node:assert/strict";
import { once } from "node:events";
import { get as getHttp, type IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { get as getHttps } from "node:https";
import { after, before, describe, test } from "node:test";
import { certificate, tlsFlags } from "../support/certificates.ts";
import { startServer, type TestServer } from "../support/server.ts";

const tls = tlsFlags("localhost");
const ca = certificate.cert;
const name = "strict-transport-security";

for (const [about, args, told] of [
  ["without --hsts", [], undefined],
  ["with a certificate alone", tls, undefined],
  ["with --hsts, behind a proxy with a certificate", ["--hsts"], "max-age=31536000"],
  ["with --hsts and a certificate", ["--hsts", ...tls], "max-age=31536000"],
] as const) {
  describe(`a server ${about}`, () => {
    let server: TestServer;
    before(async () => {
      server = await startServer({ args: ["--allowed-hosts", "finder.example,localhost.example", ...args] });
    });
    after(async () => await server.stop());

    test(`says ${told ?? "nothing"} to a browser that came by a name`, async () => {
      for (const host of ["finder.example", "finder.example:8443", "localhost.example", "10.0.0.1"]) {
        assert.equal((await headersFor(server.url, host))[name], told, host);
      }
    });

    test("says nothing to localhost", async () => {
      const local = [
        "localhost",
        "LOCALHOST:8080",
        "app.localhost",
        "127.0.0.1:8080",
        "127.1.2.3",
        "[::1]:8080",
      ];
      for (const host of local) assert.equal((await headersFor(server.url, host))[name], undefined, host);
    });

    if (about.endsWith("and a certificate")) {
      test("says the same over HTTP/2", async () => {
        for (const [host, expected] of [
          ["finder.example", told],
          ["localhost:8080", undefined],
        ] as const) {
          const session = connectHttp2(server.url, { ca });
          const stream = session.request({ ":path": "/", ":authority": host });
          const [headers] = await once(stream.resume(), "response");
          assert.equal(headers[name], expected, host);
          session.close();
        }
      });
    }
  });
}

async function headersFor(url: string, host: string): Promise<IncomingMessage["headers"]> {
  const options = { headers: { host }, agent: false };
  const request = url.startsWith("https")
    ? getHttps(url, { ...options, ca, servername: "localhost" })
    : getHttp(url, options);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  return response.headers;
}
