import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { HashNameRequestSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { framed } from "./frames.ts";
import type { TestServer } from "./server.ts";

/** A client that reads nothing. */
export interface Reader {
  cut(): void;
}

/** Clients that ask for a flood and do not read it. */
export const stalls: readonly (readonly [
  over: string,
  stall: (server: TestServer, searchId?: string) => Reader,
])[] = [
  [
    "HTTP/1.1",
    ({ url }, searchId) => {
      const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port) });
      socket.on("error", () => {});
      socket.pause();
      const body = flood(searchId);
      socket.write(
        `POST /hash_name.HashFinder/FindRange HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
      return { cut: () => socket.resetAndDestroy() };
    },
  ],
  [
    "HTTP/2",
    ({ grpcUrl }, searchId) => {
      const session = connectHttp2(grpcUrl);
      session.on("error", () => {});
      const stream = session.request({
        ":method": "POST",
        ":path": "/hash_name.HashFinder/FindRange",
        "content-type": "application/grpc+proto",
        te: "trailers",
      });
      stream.on("error", () => {});
      stream.pause();
      stream.end(flood(searchId));
      return { cut: () => session.destroy() };
    },
  ],
];

/** A search of which every candidate is a match. */
export function flood(searchId = ""): Buffer {
  return envelope({ desiredName: "zzzzzzzzzzzz", interestingHammingDistance: 12, searchId });
}

/** A search's request, framed. */
export function envelope(request: {
  desiredName: string;
  interestingHammingDistance?: number;
  startIndex?: bigint;
  searchId?: string;
}): Buffer {
  return framed(toBinary(HashNameRequestSchema, create(HashNameRequestSchema, request)));
}
