import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ActivityService } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { Ending, GetSearchReportRequestSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { untilActivity } from "../support/activity.ts";
import { withHeaders } from "../support/callers.ts";
import { certificate, certificateOf, tlsFile, tlsFlags } from "../support/certificates.ts";
import { type Clients, clientsOver, endless, errorOf, reportOf } from "../support/clients.ts";
import { framed } from "../support/frames.ts";
import { grpcRaw } from "../support/outside-callers.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";
import { type TokenFile, tokenFile } from "../support/token-file.ts";

/** Two who may not know of each other's searches, and one who is the first again. */
interface Callers {
  readonly server: TestServer;
  readonly owner: Transport;
  readonly again: Transport;
  readonly other: Transport;
  close?(): void;
}

const kinds: readonly (readonly [string, () => Promise<Callers>])[] = [
  [
    "tokens, behind one address",
    async () => {
      const tokens: TokenFile = tokenFile("ann", "ben");
      const server = await startServer({ args: ["--maximum-hashes", "0", "--token-file", tokens.path] });
      return {
        server,
        owner: transport(server, tokens.header("ann")),
        again: transport(server, tokens.header("ann")),
        other: transport(server, tokens.header("ben")),
        close: tokens.remove,
      };
    },
  ],
  [
    "certificates",
    async () => {
      const people = ["--client-ca", tlsFile("people.ca.pem")];
      const server = await startServer({
        args: ["--maximum-hashes", "0", ...tlsFlags("localhost"), ...people],
      });
      return {
        server,
        owner: transport(server, {}, "ann"),
        again: transport(server, {}, "ann"),
        other: transport(server, {}, "ben"),
      };
    },
  ],
  [
    "addresses, told by a trusted proxy",
    async () => {
      const server = await startServer({ args: ["--maximum-hashes", "0", "--trusted-proxies", "127.0.0.1"] });
      const from = (address: string) => transport(server, { "x-forwarded-for": address });
      return { server, owner: from("192.0.2.1"), again: from("192.0.2.1"), other: from("192.0.2.2") };
    },
  ],
  [
    "UUIDs of their own, behind one address, and from two",
    async () => {
      const server = await startServer({ args: ["--maximum-hashes", "0", "--trusted-proxies", "127.0.0.1"] });
      const uuid = randomUUID();
      const from = (address: string, owner: string) =>
        transport(server, { "x-forwarded-for": address, "search-owner": owner });
      return {
        server,
        owner: from("192.0.2.1", uuid),
        again: from("192.0.2.9", uuid.toUpperCase()),
        other: from("192.0.2.1", randomUUID()),
      };
    },
  ],
];

for (const [kind, begin] of kinds) {
  describe(`a search of callers who are known by ${kind}`, () => {
    let callers: Callers;
    before(async () => {
      callers = await begin();
    });
    after(async () => {
      await stopCleanly(callers.server);
      callers.close?.();
    });

    test("is unknown to others while it runs and afterwards, as one that never was", async () => {
      const [owner, again, other] = [callers.owner, callers.again, callers.other].map(clientsOver);
      assert.ok(owner && again && other);
      const request = endless();
      const controller = new AbortController();
      const call = errorOf(owner, "find", request, { signal: controller.signal });
      await untilActivity(callers.other, ({ searches }) => searches === 1);
      const unknown = await unknownTo(other, randomUUID());
      assert.deepEqual(await unknownTo(other, request.searchId), unknown);
      assert.deepEqual(await progressFor(callers.other, request.searchId), []);
      assert.deepEqual(await progressFor(callers.again, request.searchId), [request.searchId]);
      // Nobody else joins it or ends it.
      assert.equal((await errorOf(other, "find", request))?.code, Code.AlreadyExists);
      controller.abort();
      assert.equal((await call)?.code, Code.Canceled);
      assert.equal((await reportOf(again, request.searchId)).ending, Ending.CANCELLED);
      assert.deepEqual(await unknownTo(other, request.searchId), unknown);
    });

    test("is stopped for no reason that others give, in the log neither", async () => {
      const { reports, finder } = clientsOver(callers.owner);
      const request = { ...endless(), desiredName: "cat" };
      await finder.find(request);
      await unknownTo(clientsOver(callers.other), request.searchId, "somebody else's");
      await reports.getSearchReport({ searchId: request.searchId, reason: "my own" });
      const { server } = callers;
      const told = { msg: "the caller says why it stopped", searchId: request.searchId, level: 30 };
      await server.untilLogged(told);
      assert.deepEqual(
        server.logged(told).map(({ reason }) => reason),
        ["my own"],
      );
    });

    test("is joined by its owner alone", async () => {
      const [owner, again] = [clientsOver(callers.owner), clientsOver(callers.again)];
      const request = { ...endless(), desiredName: "cat" };
      const found = await owner.finder.find(request);
      assert.deepEqual(await again.finder.find(request), found);
      assert.equal((await errorOf(clientsOver(callers.other), "find", request))?.code, Code.AlreadyExists);
    });
  });
}

test("a client from outside is told NOT_FOUND of somebody else's search", async () => {
  const server = await startServer({ args: ["--maximum-hashes", "0", "--trusted-proxies", "127.0.0.1"] });
  const request = { ...endless(), desiredName: "cat" };
  await clientsOver(transport(server, { "x-forwarded-for": "192.0.2.1" })).finder.find(request);
  const { searchId } = request;
  const message = create(GetSearchReportRequestSchema, { searchId });
  const body = framed(toBinary(GetSearchReportRequestSchema, message));
  const ask = (address: string) =>
    grpcRaw(server.grpcUrl, "/hash_name.v1.SearchReportService/GetSearchReport", body, {
      headers: { "x-forwarded-for": address },
    });
  assert.equal((await ask("192.0.2.1")).code, "0");
  const { code, message: words } = await ask("192.0.2.2");
  assert.equal(code, "5");
  assert.match(words, /^The server does not know this search/);
  await stopCleanly(server);
});

/** What a caller hears of a search that it does not know. */
async function unknownTo({ reports }: Clients, searchId: string, reason = ""): Promise<unknown> {
  const error = await reports.getSearchReport({ searchId, reason }, { timeoutMs: 5000 }).then(
    () => assert.fail("it is known"),
    (thrown) => ConnectError.from(thrown),
  );
  assert.equal(error.code, Code.NotFound);
  return { words: error.rawMessage, details: error.details };
}

async function progressFor(over: Transport, searchId: string): Promise<readonly string[]> {
  const controller = new AbortController();
  const { signal } = controller;
  try {
    const activities = createClient(ActivityService, over).watchActivity(
      { searchIds: [searchId] },
      { signal, timeoutMs: 5000 },
    );
    for await (const { progress } of activities) return progress.map((each) => each.searchId);
    return [];
  } finally {
    controller.abort();
  }
}

/** Native gRPC with these headers, or a certificate of this person. */
function transport(
  { grpcUrl }: TestServer,
  headers: Readonly<Record<string, string>>,
  person?: string,
): Transport {
  const shown = person && { ca: certificate.cert, ...certificateOf(person) };
  return createGrpcTransport({
    baseUrl: grpcUrl,
    ...(shown && { nodeOptions: shown }),
    interceptors: [withHeaders(headers)],
  });
}
