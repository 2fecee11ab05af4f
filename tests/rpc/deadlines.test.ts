import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { after, before, describe, test } from "node:test";
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { HashNameRequestSchema } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { Ending } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { untilActivity, untilIdle } from "../support/activity.ts";
import { endless, reportOf, webClients } from "../support/clients.ts";
import { framed } from "../support/frames.ts";
import { GrpcJsClient } from "../support/grpc-js.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** Opens a FindRange with headers that no client of the stack would send; resolves to how to leave it. */
type Open = (server: TestServer, request: ReturnType<typeof endless>, timeout: string) => Promise<() => void>;

const fetched =
  (contentType: string, header: string): Open =>
  async ({ url }, request, timeout) => {
    const controller = new AbortController();
    const response = await fetch(`${url}/hash_name.HashFinder/FindRange`, {
      method: "POST",
      headers: { "content-type": contentType, [header]: timeout },
      body: framed(toBinary(HashNameRequestSchema, create(HashNameRequestSchema, request))),
      signal: controller.signal,
    });
    assert.equal(response.headers.get("search-id"), request.searchId);
    // A body that nobody holds is cancelled when it is collected as garbage.
    const reader = response.body?.getReader();
    return () => {
      reader?.releaseLock();
      controller.abort();
    };
  };

const native: Open = async ({ grpcUrl }, request, timeout) => {
  const session = connectHttp2(grpcUrl);
  const stream = session.request({
    ":method": "POST",
    ":path": "/hash_name.HashFinder/FindRange",
    "content-type": "application/grpc+proto",
    "grpc-timeout": timeout,
    te: "trailers",
  });
  stream.resume().end(framed(toBinary(HashNameRequestSchema, create(HashNameRequestSchema, request))));
  const [headers] = await once(stream, "response");
  assert.equal(headers["search-id"], request.searchId);
  return () => session.destroy();
};

describe("a deadline that a caller sets", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ args: ["--maximum-hashes", "0"] });
  });
  after(async () => {
    await server.stop();
    assert.equal(await server.ended(), 0);
  });

  const grpcTimeouts = ["2147483S", "2147484S", "99999999S", "597H", "99999999H"];
  for (const [protocol, open, timeouts] of [
    ["native gRPC", native, grpcTimeouts],
    ["gRPC-Web", fetched("application/grpc-web+proto", "grpc-timeout"), grpcTimeouts],
    [
      "Connect",
      fetched("application/connect+proto", "connect-timeout-ms"),
      ["2147483646", "2147483647", "2147483648", "9999999999"],
    ],
  ] as const) {
    for (const timeout of timeouts) {
      test(`of ${timeout} over ${protocol} does not end its search`, async () => {
        const { hashesComputed } = await untilIdle(server.url);
        const request = endless();
        const leave = await open(server, request, timeout);
        await untilActivity(server.url, (now) => now.searches === 1 && now.hashesComputed > hashesComputed);
        leave();
        const report = await reportOf(webClients(server), request.searchId);
        assert.equal(report.ending, Ending.CANCELLED);
      });
    }
  }

  test("of 30 days ends no call of gRPC's own client", async () => {
    const client = new GrpcJsClient(server.grpcUrl);
    const deadline = new Date(Date.now() + 30 * 86_400_000);
    const answer = await client.call("/hash_name.HashFinder/Find", { desiredName: "cat" }, { deadline });
    assert.ok(!(answer instanceof Error), String(answer));
    client.close();
  });

  test("of 100 ms ends its call", async () => {
    const client = new GrpcJsClient(server.grpcUrl);
    const deadline = new Date(Date.now() + 100);
    const answer = await client.call("/hash_name.HashFinder/Find", endless(), { deadline });
    assert.ok(answer instanceof Error);
    assert.equal(answer.code, status.DEADLINE_EXCEEDED);
    client.close();
    await untilIdle(server.url);
  });

  for (const timeout of ["soon", "123456789S", "-1S", "10"]) {
    test(`of ${JSON.stringify(timeout)} is INVALID_ARGUMENT over gRPC-Web`, async () => {
      const response = await fetch(`${server.url}/hash_name.HashFinder/Find`, {
        method: "POST",
        headers: { "content-type": "application/grpc-web+proto", "grpc-timeout": timeout },
        body: framed(toBinary(HashNameRequestSchema, create(HashNameRequestSchema, endless()))),
      });
      assert.match(await response.text(), /grpc-status: 3\r\n/);
    });
  }

  for (const timeout of ["soon", "10000000000", "-1"]) {
    test(`of ${JSON.stringify(timeout)} is INVALID_ARGUMENT over Connect`, async () => {
      const response = await fetch(`${server.url}/hash_name.HashFinder/Find`, {
        method: "POST",
        headers: { "content-type": "application/json", "connect-timeout-ms": timeout },
        body: toJsonString(HashNameRequestSchema, create(HashNameRequestSchema, endless())),
      });
      assert.equal(((await response.json()) as { code: string }).code, "invalid_argument");
    });
  }
});
