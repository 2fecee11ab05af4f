import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import type { HashNameResponse } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { SearchReportSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import { untilIdle } from "../support/activity.ts";
import { clientsOver } from "../support/clients.ts";
import { type Match, matchAt } from "../support/matches.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

// Frames that were made on the workers' threads go past the encoders of all
// these protocols, but for JSON, which needs each message.
const protocols: Readonly<Record<string, (server: TestServer) => Transport>> = {
  "gRPC-Web": ({ url }) => createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" }),
  gRPC: ({ grpcUrl }) => createGrpcTransport({ baseUrl: grpcUrl }),
  "Connect over HTTP/1.1": ({ url }) =>
    createConnectTransport({ baseUrl: url, httpVersion: "1.1", useBinaryFormat: true }),
  "Connect in JSON": ({ grpcUrl }) =>
    createConnectTransport({ baseUrl: grpcUrl, httpVersion: "2", useBinaryFormat: false }),
};

const candidates = 20_000;

describe("a stream of which every candidate is a match", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => stopCleanly(server));

  for (const [name, transport] of Object.entries(protocols)) {
    test(`brings each of them once, in order, over ${name}`, async () => {
      const { finder } = clientsOver(transport(server));
      const received: Match[] = [];
      const request = {
        desiredName: "zzzzzz",
        interestingHammingDistance: 6,
        startIndex: 60_000n,
        maximumHashes: BigInt(candidates),
      };
      const error = await endOf(finder.findRange(request), (message) => received.push(matchOf(message)));
      const { matches } = scanPlainly(
        { name: "zzzzzz", idealDistance: 0, listedDistance: 6, start: 60_000n, count: 4096 },
        () => false,
      );
      const plain = Array.from({ length: matches.length }, (_, row) => matchAt(matches, row, 60_000n));
      assert.deepEqual(received.slice(0, plain.length), plain);
      assert.deepEqual(
        received.map(({ index }) => Number(index)),
        Array.from({ length: received.length }, (_, i) => 60_000 + i),
      );
      assert.equal(error.code, Code.ResourceExhausted);
      const [report] = error.findDetails(SearchReportSchema);
      assert.equal(report?.matchesSent, BigInt(received.length));
      assert.equal(report?.nextIndex, 60_000n + BigInt(candidates));
      await untilIdle(server.url);
    });
  }
});

/** The error that a stream ends with. */
async function endOf(
  stream: AsyncIterable<HashNameResponse>,
  onMessage: (message: HashNameResponse) => void,
): Promise<ConnectError> {
  try {
    for await (const message of stream) onMessage(message);
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error("the stream ended without its budget's error");
}

function matchOf(message: HashNameResponse): Match {
  return {
    index: message.candidateIndex,
    secret: message.secret,
    hash: message.hashedName,
    distance: message.hammingDistance,
    offset: message.matchOffset,
  };
}
