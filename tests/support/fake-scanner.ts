import { once } from "node:events";
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { HashNameResponseSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import {
  type GetScannerResponseSchema,
  type ScanRange,
  type ScanResponseSchema,
  ScanService,
} from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { scanContractVersion } from "../../proto/scan-contract.ts";
import { scanPlainly } from "../../server/kernel/reference.ts";
import { packMatches } from "../../server/matches/pack.ts";

/** What a worker says of a range. */
export type Said = MessageInitShape<typeof ScanResponseSchema>;
/** What it says of itself. */
export type Scanner = MessageInitShape<typeof GetScannerResponseSchema>;
/** How it answers a range. */
export type Scanning = (range: ScanRange) => AsyncIterable<Said> | Iterable<Said>;

/** A worker in this process that says what a test lets it say. */
export interface FakeScanner {
  readonly url: string;
  /** Ranges that it was given. */
  readonly ranges: number;
  /** Answers so from now on. */
  scan: Scanning;
  close(): Promise<void>;
}

/** Starts one on a port, by default any free one. */
export async function startFakeScanner(scan: Scanning, said: Scanner = {}, port = 0): Promise<FakeScanner> {
  let ranges = 0;
  const adapter = connectNodeAdapter({
    routes: (router) =>
      router.service(ScanService, {
        getScanner: () => ({
          contractVersion: scanContractVersion,
          serverInstance: "fake",
          serverName: "fake",
          seats: 1,
          expectedHashesPerSecond: 100_000,
          ...said,
        }),
        async *scan(requests) {
          const first = await requests[Symbol.asyncIterator]().next();
          if (first.done || first.value.request.case !== "range")
            throw new ConnectError("no range", Code.InvalidArgument);
          ranges++;
          yield* fake.scan(first.value.request.value);
        },
      }),
  });
  const server = createServer(adapter);
  const close = closing(server);
  const fake: FakeScanner = {
    url: await listening(server, port),
    get ranges() {
      return ranges;
    },
    scan,
    close,
  };
  return fake;
}

/** A server of HTTP/2 that handles streams by hand. */
export async function startHttp2(
  onStream: (stream: ServerHttp2Stream, path: string) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    stream.on("error", () => {});
    onStream(stream, String(headers[":path"]));
  });
  const close = closing(server);
  return { url: await listening(server, 0), close };
}

/** Its address, once it listens. */
export async function listening(server: Server, port: number): Promise<string> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closing(server: Http2Server): () => Promise<void> {
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
  });
  return async () => {
    for (const session of sessions) session.destroy();
    server.close();
    await once(server, "close");
  };
}

/** All of the range, as it is. */
export function computed(range: ScanRange): { tried: bigint; frames: Uint8Array } {
  const job = {
    name: range.desiredName,
    idealDistance: range.idealHammingDistance,
    listedDistance: range.listedHammingDistance,
    start: range.startIndex,
    count: Number(range.count),
  };
  const { tried, matches } = scanPlainly(job, () => false);
  return { tried: BigInt(tried), frames: packMatches(matches, job.start, job.idealDistance).frames };
}

export const accepted: Said = {
  response: {
    case: "accepted",
    value: { contractVersion: scanContractVersion, serverInstance: "fake", serverName: "fake" },
  },
};

export function progress(tried: bigint): Said {
  return { response: { case: "progress", value: { tried } } };
}

export function matches(frames: Uint8Array): Said {
  return { response: { case: "matches", value: { frames } } };
}

/** The end, by default at the speed that it says it has. */
export function ended(tried: bigint, tookMs = Number(tried) / 100): Said {
  const took = { seconds: BigInt(Math.floor(tookMs / 1000)), nanos: Math.floor((tookMs % 1000) * 1e6) };
  return { response: { case: "ended", value: { tried, took, idleAfter: took } } };
}

/** One match that nobody computed. */
export function madeUp(candidateIndex: bigint, hammingDistance: number): Uint8Array {
  const message = toBinary(
    HashNameResponseSchema,
    create(HashNameResponseSchema, {
      secret: "AAAA",
      hashedName: "doctordoctordoctordoctordoc=",
      hammingDistance,
      candidateIndex,
    }),
  );
  return Buffer.concat([Uint8Array.of(0, 0, 0, 0, message.length), message]);
}

/** A worker that is right. */
export function* honestly(range: ScanRange): Generator<Said> {
  const { tried, frames } = computed(range);
  yield accepted;
  yield matches(frames);
  yield ended(tried);
}
