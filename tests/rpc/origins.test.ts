import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { readActivity } from "../support/activity.ts";
import { certificate, tlsFlags } from "../support/certificates.ts";
import { startServer, type TestServer } from "../support/server.ts";

const find = "/hash_name.HashFinder/Find";
const json = { "content-type": "application/json" };

describe("a page from elsewhere", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ args: ["--allowed-hosts", "finder.example"] });
  });
  after(async () => {
    await server.stop();
    assert.equal(await server.ended(), 0);
  });

  // What a browser sends when the page's own name was made to lead to this machine.
  test("neither searches nor reads through a name that was made to lead here", async () => {
    const before = await readActivity(server.url);
    const { port } = new URL(server.url);
    const host = `evil.example:${port}`;
    const [status, words] = await post({ host, origin: `http://${host}`, ...json });
    assert.equal(status, 421);
    assert.match(words, /does not go by the name .* --allowed-hosts/);
    assert.deepEqual(await computedSince(before.hashesComputed), 0n);
    assert.equal(await server.untilLogged({ msg: "a request is refused", host, status: 421 }), 1);
  });

  test("does not search from its own name either", async () => {
    const before = await readActivity(server.url);
    const [status, words] = await post({ origin: "http://evil.example", ...json });
    assert.equal(status, 403);
    assert.match(words, /does not answer pages of other origins/);
    assert.deepEqual(await computedSince(before.hashesComputed), 0n);
  });

  test("is answered under a name that was allowed", async () => {
    for (const headers of [
      { host: "finder.example", origin: "https://finder.example" },
      { origin: "https://finder.example" },
    ]) {
      const [status, words] = await post({ ...headers, ...json });
      assert.deepEqual([status, JSON.parse(words).secret], [200, "BO8="]);
    }
  });

  async function computedSince(before: bigint): Promise<bigint> {
    return (await readActivity(server.url)).hashesComputed - before;
  }

  async function post(
    headers: Readonly<OutgoingHttpHeaders>,
  ): Promise<readonly [status: number, words: string]> {
    const sent = request(`${server.url}${find}`, { method: "POST", headers, agent: false });
    sent.end(JSON.stringify({ desiredName: "cat" }));
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return [response.statusCode ?? 0, await text(response)];
  }
});

test("native gRPC is answered whatever it calls the server, since browsers do not speak it", async () => {
  const server = await startServer();
  const session = connectHttp2(server.grpcUrl);
  const stream = session.request({
    ":method": "POST",
    ":path": find,
    ":authority": "finder.internal:50051",
    "content-type": "application/grpc",
    te: "trailers",
  });
  // desired_name: "cat"
  stream.end(Buffer.from([0, 0, 0, 0, 5, 0x0a, 3, 0x63, 0x61, 0x74]));
  const [[headers], [trailers]] = await Promise.all([
    once(stream, "response"),
    once(stream.resume(), "trailers"),
  ]);
  assert.deepEqual([headers[":status"], trailers["grpc-status"]], [200, "0"]);
  session.close();
  await server.stop();
  assert.equal(await server.ended(), 0);
});

test("a page from elsewhere is refused on the gRPC port over TLS, which browsers speak there", async () => {
  const server = await startServer({ args: tlsFlags("localhost") });
  const session = connectHttp2(server.grpcUrl, { ca: certificate.cert });
  const status = async (origin: OutgoingHttpHeaders) => {
    const stream = session.request({ ":method": "POST", ":path": find, ...json, ...origin });
    stream.end(JSON.stringify({ desiredName: "cat" }));
    const [headers] = await once(stream, "response");
    stream.resume();
    return headers[":status"];
  };
  assert.deepEqual([await status({ origin: "https://evil.example" }), await status({})], [403, 200]);
  session.close();
  await server.stop();
  assert.equal(await server.ended(), 0);
});
