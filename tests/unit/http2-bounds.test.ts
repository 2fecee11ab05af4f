import assert from "node:assert/strict";
import { connect as connectHttp2, constants } from "node:http2";
import { describe, test } from "node:test";
import { connectRawHttp2, frameTypes, post, reset, settingsAck } from "../support/raw-http2.ts";
import { startTransport } from "../support/transports.ts";
import { until } from "../support/until.ts";

const streams = 256;

/** The ids of a client's first streams: the odd numbers. */
function ids(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => 1 + 2 * i);
}

describe("the bounds of an HTTP/2 connection", () => {
  test("are told to the client", async () => {
    const { transport } = await startTransport("HTTP/2");
    const session = connectHttp2(`http://127.0.0.1:${transport.port}`);
    const settings = await new Promise<{ maxConcurrentStreams?: number; maxHeaderListSize?: number }>(
      (resolve) => session.once("remoteSettings", resolve),
    );
    assert.equal(settings.maxConcurrentStreams, streams);
    assert.equal(settings.maxHeaderListSize, 16_384);
    session.close();
    await transport.close(0);
  });

  test("refuse streams beyond the bound while the client has not seen it, and serve the others", async () => {
    const { transport } = await startTransport("HTTP/2");
    let requests = 0;
    transport.server.on("test-request", () => requests++);
    const client = await connectRawHttp2(transport.port);
    client.write(...ids(streams + 10).map((id) => post(id, "/silent")));
    const resets = () => client.frames.filter(({ type }) => type === frameTypes.reset);
    await until(() => resets().length === 10 && requests === streams);
    for (const { payload } of resets()) {
      assert.equal(payload.readUInt32BE(), constants.NGHTTP2_REFUSED_STREAM);
    }
    client.cut();
    await transport.close(0);
  });

  test("refuse nobody whose requests have come whole, however many at once", async () => {
    const { transport } = await startTransport("HTTP/2");
    const clients = await Promise.all([connectRawHttp2(transport.port), connectRawHttp2(transport.port)]);
    for (const client of clients) {
      client.write(settingsAck(), ...ids(200).map((id) => post(id, "/answered")));
    }
    const answered = ({ frames }: (typeof clients)[number]) =>
      new Set(frames.filter(({ type }) => type === frameTypes.data).map(({ stream }) => stream)).size;
    await until(() => clients.every((client) => answered(client) === 200));
    assert.deepEqual(
      clients.flatMap(({ frames }) => frames.filter(({ type }) => type === frameTypes.reset)),
      [],
    );
    for (const client of clients) client.cut();
    await transport.close(0);
  });

  for (const [about, abuse] of [
    [
      "opens streams beyond the bound that it has seen",
      [settingsAck(), ...ids(300).map((id) => post(id, "/silent"))],
    ],
    ["floods without end before it has", ids(5000).map((id) => post(id, "/silent"))],
    ["opens and resets streams without end", ids(5000).flatMap((id) => [post(id, "/silent"), reset(id)])],
  ] as const) {
    test(`close it when the client ${about}`, async () => {
      const { transport, connect, request } = await startTransport("HTTP/2");
      const client = await connectRawHttp2(transport.port);
      client.write(...abuse);
      await client.closed;
      // Others are served.
      const peer = await connect();
      const requested = request();
      peer.post("/answered", Buffer.alloc(0));
      await (await requested).closed;
      peer.cut();
      await transport.close(0);
    });
  }

  for (const [about, before] of [
    ["has acknowledged", [settingsAck()]],
    ["has not acknowledged", []],
  ] as const) {
    test(`refuse a header list of 17 kB of a client that ${about} them, and take one of 15 kB`, async () => {
      const { transport } = await startTransport("HTTP/2");
      let requests = 0;
      transport.server.on("test-request", () => requests++);
      const client = await connectRawHttp2(transport.port);
      const filled = (bytes: number) => [["x-filled", "a".repeat(bytes)] as const];
      client.write(...before, post(1, "/answered", filled(17_000)), post(3, "/answered", filled(15_000)));
      const about = (stream: number) => client.frames.filter((frame) => frame.stream === stream);
      await until(() => about(1).length > 0 && about(3).length > 1);
      const [refusal] = about(1);
      assert.equal(refusal?.type, frameTypes.reset);
      assert.equal(refusal?.payload.readUInt32BE(), constants.NGHTTP2_ENHANCE_YOUR_CALM);
      assert.equal(requests, 1);
      client.cut();
      await transport.close(0);
    });
  }

  test("refuse a call with 70 kB of metadata, and leave the connection's other calls alone", async () => {
    const { transport } = await startTransport("HTTP/2");
    const client = await connectRawHttp2(transport.port);
    const metadata = ids(7).map((i) => [`x-${i}`, "a".repeat(10_000)] as const);
    client.write(settingsAck(), post(1, "/silent"), post(3, "/silent", metadata), post(5, "/answered"));
    const about = (stream: number) => client.frames.filter((frame) => frame.stream === stream);
    await until(() => about(3).length > 0 && about(5).length > 1);
    const [refusal] = about(3);
    assert.equal(refusal?.type, frameTypes.reset);
    assert.equal(refusal?.payload.readUInt32BE(), constants.NGHTTP2_ENHANCE_YOUR_CALM);
    assert.deepEqual(about(1), []);
    assert.ok(!client.frames.some(({ type }) => type === frameTypes.goAway));
    client.cut();
    await transport.close(0);
  });
});
