import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { Code, type ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { ActivityService } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { Ending, SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { readActivity, untilIdle } from "../support/activity.ts";
import { clientsOver, endless, errorOf } from "../support/clients.ts";
import { GrpcJsClient } from "../support/grpc-js.ts";
import { startServer, type TestServer } from "../support/server.ts";

const transports: readonly (readonly [string, (server: TestServer) => Transport])[] = [
  ["native gRPC", ({ grpcUrl }) => createGrpcTransport({ baseUrl: grpcUrl })],
  ["gRPC-Web over HTTP/1.1", ({ url }) => createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" })],
  ["gRPC-Web over HTTP/2", ({ grpcUrl }) => createGrpcWebTransport({ baseUrl: grpcUrl, httpVersion: "2" })],
  ["Connect over HTTP/1.1", ({ url }) => createConnectTransport({ baseUrl: url, httpVersion: "1.1" })],
  ["Connect over HTTP/2", ({ grpcUrl }) => createConnectTransport({ baseUrl: grpcUrl, httpVersion: "2" })],
];

describe("the headers of a stream", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ args: ["--maximum-hashes", "0"] });
  });
  after(async () => {
    await server.stop();
    assert.equal(await server.ended(), 0);
  });

  for (const [protocol, transportTo] of transports) {
    test(`arrive over ${protocol} while a search runs that has found nothing`, async () => {
      const { finder } = clientsOver(transportTo(server));
      const request = endless();
      const controller = new AbortController();
      const arrived = Promise.withResolvers<Headers>();
      const stream = finder.findRange(request, { signal: controller.signal, onHeader: arrived.resolve });
      const ended = assert.rejects(async () => {
        for await (const _ of stream);
      });
      const headers = await arrived.promise;
      assert.equal(headers.get("search-id"), request.searchId);
      assert.equal(headers.get("x-accel-buffering"), "no");
      assert.equal((await readActivity(server.url)).searches, 1);
      controller.abort();
      await ended;
      await untilIdle(server.url);
    });

    test(`are followed over ${protocol} by the error that ends the search`, async () => {
      const searchId = randomUUID();
      const clients = clientsOver(transportTo(server));
      const error = await errorOf(clients, "findRange", { ...endless(), searchId, maximumHashes: 20_000n });
      assert.equal(error?.code, Code.ResourceExhausted);
      assert.equal(error.findDetails(SearchReportSchema)[0]?.ending, Ending.BUDGET);
    });

    test(`say over ${protocol} that proxies must not keep messages back`, async () => {
      const transport = transportTo(server);
      const buffering = async (
        open: (options: Options) => AsyncIterable<unknown>,
      ): Promise<string | null> => {
        const controller = new AbortController();
        const arrived = Promise.withResolvers<Headers>();
        const stream = open({ signal: controller.signal, onHeader: arrived.resolve });
        await stream[Symbol.asyncIterator]().next();
        controller.abort();
        return (await arrived.promise).get("x-accel-buffering");
      };
      const { streams } = clientsOver(transport);
      const activity = createClient(ActivityService, transport);
      assert.equal(await buffering((options) => streams.stream({ key: "a" }, options)), "no");
      assert.equal(await buffering((options) => activity.watchActivity({}, options)), "no");
    });

    test(`are not sent over ${protocol} before a refusal`, async () => {
      const error = await errorOf(clientsOver(transportTo(server)), "findRange", { desiredName: "" });
      assert.equal(error?.code, Code.InvalidArgument);
      assert.equal((error as ConnectError).metadata.get("x-accel-buffering"), null);
    });
  }

  test("arrive at gRPC's own client, with the search's id", async () => {
    const client = new GrpcJsClient(server.grpcUrl);
    const request = endless();
    const stream = client.findRange(request);
    const ended = once(stream, "error");
    const [metadata] = await once(stream, "metadata");
    assert.deepEqual(metadata.get("search-id"), [request.searchId]);
    stream.cancel();
    await ended.catch(() => {});
    client.close();
    await untilIdle(server.url);
  });
});

interface Options {
  readonly signal: AbortSignal;
  readonly onHeader: (headers: Headers) => void;
}
